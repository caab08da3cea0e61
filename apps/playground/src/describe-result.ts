import type { FallbackReason, GenerationResult } from '@beltline/decoder';

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
export function describeResult({ fallback, finishReason, branches }: GenerationResult): string[] {
  const notes: string[] = [];
  if (fallback) notes.push(`Decoded in order, not in parallel: ${reasons[fallback]}.`);
  const cut = branches.filter((branch) => branch.finishReason === 'length').length;
  if (cut > 0) notes.push(`${cut} of ${branches.length} steps were cut off at a limit.`);
  if (finishReason === 'length') notes.push('The answer was cut off at a limit.');
  return notes;
}
