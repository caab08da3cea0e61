import type { GenerationResult } from '@beltline/node';

type FallbackReason = NonNullable<GenerationResult['fallback']>;

const reasons: Record<FallbackReason, string> = {
  'no-block': 'the model listed no steps',
  'no-titles': 'the model listed no steps',
  'unclosed-outline': 'the list of steps did not come to an end',
  'too-many-titles': 'the list of steps grew too long',
  'missing-ellipsis': 'the list of steps was malformed',
  'text-after-ellipsis': 'the list of steps was malformed',
  'empty-title': 'a step had no title',
  'newline-in-title': "a step's title was malformed",
  'marker-in-title': "a step's title was malformed",
  'title-too-long': "a step's title was too long",
};

/** What a reader should know about an answer, one line each. */
export function describeResult(result: GenerationResult): string[] {
  const { fallback, finishReason, branches, verification } = result;
  const notes: string[] = [];
  if (fallback) notes.push(`decoded in order, not in parallel: ${reasons[fallback]}`);
  const cut = branches.filter((branch) => branch.finishReason === 'length').length;
  if (cut > 0) notes.push(`${cut} of ${branches.length} steps were cut off at a token limit`);
  if (finishReason === 'length') {
    notes.push("the answer was cut off at a token limit (--max-tokens, or the model's context)");
  }
  if (verification) notes.push(describeVerification(verification));
  return notes;
}

function describeVerification({ answer, repaired }: NonNullable<GenerationResult['verification']>): string {
  const share = `${answer.agreeing} of ${answer.tokens} tokens before the conclusion are those of decoding in order`;
  return repaired
    ? `${share}; from number ${(answer.firstDifference ?? answer.tokens) + 1} on the answer was decoded again`
    : share;
}
