import { describeFallback, type GenerationResult } from '@beltline/node';

/** What a reader should know about an answer, one line each. */
export function describeResult(result: GenerationResult): string[] {
  const { fallback, finishReason, branches, mode, verification } = result;
  const notes: string[] = [];
  if (fallback) {
    const what = mode === 'parallel' ? 'later steps were decoded' : 'decoded';
    notes.push(`${what} in order, not in parallel: ${describeFallback(fallback)}`);
  }
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
