import { blockEnd, forcedAfterTitle, markers, stepSeparator } from '@beltline/format';
import type { Tokenizer } from '@beltline/tokenizer';

/** Token ids of the format's fixed texts in the model's vocabulary. */
export interface FormatTokens {
  /** `####`. */
  readonly step: readonly number[];
  /** `%%%%`. */
  readonly end: readonly number[];
  /** `......`. */
  readonly ellipsis: readonly number[];
  /** What follows a title in the outline. */
  readonly afterTitle: readonly number[];
  /** The blank line between two steps. */
  readonly separator: readonly number[];
  /** `####%%%%`. */
  readonly blockEnd: readonly number[];
}

export function encodeFormat(tokenizer: Tokenizer): FormatTokens {
  const encode = (text: string) => tokenizer.encode(text, { place: 'middle' });
  return {
    step: encode(markers.step),
    end: encode(markers.end),
    ellipsis: encode(markers.ellipsis),
    afterTitle: encode(forcedAfterTitle),
    separator: encode(stepSeparator),
    blockEnd: encode(blockEnd),
  };
}
