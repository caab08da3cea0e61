import type { Tokenizer } from '@beltline/tokenizer';
import { DecoderError } from '../errors.ts';
import type { FinishEvent, FinishReason, GenerationStatistics, StageEvent } from '../events.ts';
import { requireJoin } from '../options.ts';
import type { OpenCache } from '../prefix-cache.ts';
import { type Continuation, encodeContinuation } from '../prompt.ts';
import { createResultStream, type ResultStream } from '../result-stream.ts';
import { outcomeOf, type Run } from '../run.ts';
import { createSamplers, type SamplingOptions } from '../sampling/sampler.ts';
import { inStage } from '../stage.ts';
import { given, type JoinOptions, resolveWriting } from './fork-options.ts';
import { createForkReader } from './fork-reader.ts';
import { decodeFork, decodeForkJoin, type ForkJoin, type ForkResult, type ForkStart } from './fork-stage.ts';

/** What was written after a join. */
export interface JoinResult {
  /** Without the join's prompt and without the stop that ended it. */
  readonly text: string;
  /** Token ids of the text, `[token]`; the end token included if it was reached. */
  readonly tokens: readonly number[];
  readonly finishReason: FinishReason;
  /** Of the fork and the join together. */
  readonly statistics: GenerationStatistics;
}

/** A branch while it is decoded. Iterate it for its text in pieces, from its start, whenever you like, once. */
export interface ForkedBranch extends AsyncIterable<string> {
  /** Ends it before its next token; it keeps what it has, with the finish reason `cancelled`. */
  cancel(): void;
  /** Resolves when this branch has ended; its siblings may go on. */
  ended(): Promise<void>;
}

/**
 * Branches over one shared prefix. Decoding goes on whenever a reader of the fork or of one of its branches waits.
 *
 * Iterate it for the events of all branches, once, and before anything else of it is read.
 *
 * It holds a cache: join it or dispose it. A failure or an abort frees the cache as well.
 */
export interface Fork extends AsyncIterable<StageEvent> {
  readonly branches: readonly ForkedBranch[];
  /** Resolves when all branches have ended. */
  results(): Promise<readonly ForkResult[]>;
  /** Cancels all other branches and leaves them out of the join. @throws RangeError for a branch that is not there. */
  keep(branches: readonly number[]): void;
  /**
   * Goes on after all branches that are kept, in their order, with a prompt of its own; they end first. Once per fork.
   *
   * @throws TypeError or RangeError for options that make no sense, or if it was joined before; DecoderError `EMPTY_PROMPT`.
   */
  join(prompt: Continuation, options?: JoinOptions): ResultStream<JoinResult>;
  /** Frees the cache and stops what still runs; harmless when repeated. */
  dispose(): void;
}

export interface ForkParts {
  readonly tokenizer: Tokenizer;
  /** Number of branches. */
  readonly size: number;
  /** Sampling of the join, unless it has its own. */
  readonly sampling: SamplingOptions;
  readonly exempt: ReadonlySet<number>;
  /** Makes the cache and encodes the prompts; called when something is first read. */
  readonly open: (cancelled: ReadonlySet<number>) => {
    readonly run: Run;
    readonly opened: OpenCache;
    readonly prefix: readonly number[];
    readonly starts: readonly ForkStart[];
  };
}

/** Makes the handle of a fork. */
export function createFork({ tokenizer, size, sampling, exempt, open }: ForkParts): Fork {
  const cancelled = new Set<number>();
  let kept: readonly number[] = [...Array(size).keys()];
  let run: Run | undefined;
  let opened: OpenCache | undefined;
  let joined = false;
  let disposed = false;
  /** Whether more passes may come. */
  let decoding = false;

  const reader = createForkReader(size, async function* () {
    const start = open(cancelled);
    ({ run, opened } = start);
    decoding = true;
    try {
      return yield* decodeFork(run, start.prefix, start.starts);
    } catch (error) {
      opened.end(outcomeOf(run, error));
      throw error;
    } finally {
      decoding = false;
    }
  });

  async function* decodeJoin(options: ForkJoin): AsyncGenerator<StageEvent | FinishEvent<JoinResult>> {
    try {
      const { trunk, branches } = await reader.all();
      if (disposed) throw new DecoderError('STOPPED_EARLY', 'the fork was disposed before its join');
      decoding = true;
      const parts = kept.map((branch) => branches[branch]!.part);
      const work = decodeForkJoin(run!, trunk, parts, options);
      const { tokens, text, finishReason } = yield* inStage(run!, 'conclusion', work);
      const statistics = run!.meter.total(tokens.length);
      opened!.end('keep');
      yield { type: 'finish', result: { text, tokens, finishReason, statistics } };
    } catch (error) {
      if (run) opened?.end(outcomeOf(run, error));
      throw error;
    } finally {
      decoding = false;
      opened?.end('keep');
    }
  }

  return {
    branches: Array.from({ length: size }, (_, branch) => ({
      [Symbol.asyncIterator]: () => reader.text(branch),
      cancel: () => void cancelled.add(branch),
      ended: () => reader.ended(branch),
    })),
    [Symbol.asyncIterator]: () => reader.events(),
    async results() {
      return (await reader.all()).branches.map(({ result }) => result);
    },
    keep(branches) {
      for (const branch of branches) {
        if (!kept.includes(branch)) {
          throw new RangeError(
            `only branches that are there can be kept (${kept.join(', ')}), got ${branch}`,
          );
        }
      }
      if (branches.length === 0) throw new RangeError('at least one branch must be kept');
      for (const branch of kept) if (!branches.includes(branch)) cancelled.add(branch);
      kept = kept.filter((branch) => branches.includes(branch));
    },
    join(prompt, options = {}) {
      const resolved = resolveJoin(tokenizer, prompt, { ...sampling, ...given(options) }, exempt);
      if (joined) throw new TypeError('a fork can be joined once: fork again for another conclusion');
      joined = true;
      return createResultStream<JoinResult>(() => decodeJoin(resolved));
    },
    dispose() {
      disposed = true;
      reader.stop();
      opened?.end(decoding ? 'drop' : 'keep');
    },
  };
}

function resolveJoin(
  tokenizer: Tokenizer,
  prompt: Continuation,
  options: JoinOptions,
  exempt: ReadonlySet<number>,
): ForkJoin {
  const { join = 'recompute', separator = '\n\n' } = options;
  const tokens = encodeContinuation(tokenizer, prompt);
  const separating = encodeContinuation(tokenizer, separator);
  if (tokens.length + separating.length === 0) {
    throw new DecoderError('EMPTY_PROMPT', 'the join has neither prompt nor separator: say what is to come');
  }
  return {
    join: requireJoin(join),
    separator: separating,
    prompt: tokens,
    writing: resolveWriting(options),
    createSampler: createSamplers(options, exempt),
  };
}
