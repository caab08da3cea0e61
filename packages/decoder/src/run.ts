import type { KvCache, LanguageModel } from '@beltline/backend';
import type { Tokenizer } from '@beltline/tokenizer';
import type { Meter } from './meter.ts';
import type { ResolvedOptions } from './options.ts';
import type { OutlineConstraint } from './outline-constraint.ts';
import type { Sampler } from './sampler.ts';

/** All that the stages of one generation share. */
export interface Run {
  readonly model: LanguageModel;
  readonly cache: KvCache;
  readonly tokenizer: Tokenizer;
  readonly vocabulary: FormatTokens;
  readonly options: ResolvedOptions;
  readonly signal: AbortSignal | undefined;
  readonly meter: Meter;
  readonly createSampler: (strand: number) => Sampler;
  readonly outlineConstraint: OutlineConstraint;
}

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
