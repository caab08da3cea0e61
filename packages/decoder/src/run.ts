import type { KvCache } from '@beltline/backend';
import type { Tokenizer } from '@beltline/tokenizer';
import type { Drafting } from './drafts/drafts.ts';
import type { Meter } from './meter.ts';
import type { ResolvedOptions } from './options.ts';
import type { FormatTokens } from './outline/format-tokens.ts';
import type { OutlineConstraint } from './outline/outline-constraint.ts';
import type { RunningModel } from './retry-with-room.ts';
import type { Sampler } from './sampling/sampler.ts';

/** All that decoding over one cache shares. */
export interface Run {
  readonly model: RunningModel;
  readonly cache: KvCache;
  readonly tokenizer: Tokenizer;
  readonly options: Pick<ResolvedOptions, 'maxTokens' | 'chunkSize' | 'trace'> &
    Partial<Pick<ResolvedOptions, 'pace'>>;
  readonly signal: AbortSignal | undefined;
  readonly meter: Meter;
  /** What drafts go by; without it there are none. */
  readonly drafting?: Drafting | undefined;
  /** Branches that are to end before the next forward pass. */
  readonly cancelled: ReadonlySet<number>;
}

/** What may become of the cache after an error: an abort leaves it sound between two passes, all else is not to be trusted. */
export function outcomeOf({ signal }: Pick<Run, 'signal'>, error: unknown): 'keep' | 'drop' {
  return signal?.aborted && error === signal.reason ? 'keep' : 'drop';
}

/** What the stages of an answer in the format share besides. */
export interface FormatRun extends Run {
  readonly options: ResolvedOptions;
  readonly vocabulary: FormatTokens;
  /** Makes the sampler of a random stream. */
  readonly createSampler: (stream: number) => Sampler;
  readonly outlineConstraint: OutlineConstraint;
}
