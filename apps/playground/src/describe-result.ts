import { describeFallback, type GenerationResult } from '@beltline/decoder';

/** What a reader should know about an answer, one line each. */
export function describeResult({ fallback, finishReason, branches, mode }: GenerationResult): string[] {
  const notes: string[] = [];
  if (fallback) {
    const what = mode === 'parallel' ? 'Later steps were decoded' : 'Decoded';
    notes.push(`${what} in order, not in parallel: ${describeFallback(fallback)}.`);
  }
  const cut = branches.filter((branch) => branch.finishReason === 'length').length;
  if (cut > 0) notes.push(`${cut} of ${branches.length} steps were cut off at a limit.`);
  if (finishReason === 'length') notes.push('The answer was cut off at a limit.');
  return notes;
}
