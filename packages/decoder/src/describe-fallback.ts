import type { FallbackReason } from './events.ts';

const descriptions: Record<FallbackReason, string> = {
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

/** Says why an answer was decoded in order instead of in parallel: part of a sentence, such as `the model listed no steps`. */
export function describeFallback(reason: FallbackReason): string {
  return descriptions[reason];
}
