import type { BranchFinishReason, StageEvent } from '../events.ts';
import { type JoinPart, joinBranches } from '../join-stage.ts';
import { type Line, openLine } from '../line.ts';
import { decodeInLockStep } from '../lock-step.ts';
import { decodePrompt } from '../prefill.ts';
import type { Run } from '../run.ts';
import { trunkStream } from '../sampling/random-streams.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { decodeSequentially, type SequentialPart } from '../sequential.ts';
import { inStage } from '../stage.ts';
import { createWriter, type Writer } from '../writer.ts';
import type { JoinOptions, ResolvedWriting } from './fork-options.ts';

/** A branch that is to be decoded. */
export interface ForkStart {
  /** Token ids of its prompt. */
  readonly tokens: readonly number[];
  readonly sample: Sampler;
  readonly writing: ResolvedWriting;
}

/** A branch that was decoded. */
export interface ForkResult {
  /** What the branch wrote; its prompt and the stop that ended it are no part of it. */
  readonly text: string;
  /** Token ids of the text, `[token]`. */
  readonly tokens: readonly number[];
  readonly finishReason: BranchFinishReason;
}

/** Where a fork stands when its branches have ended. */
export interface Forked {
  readonly trunk: Line;
  readonly branches: readonly { readonly result: ForkResult; readonly part: JoinPart }[];
}

/** Decodes all branches in lock step after the prefix. */
export async function* decodeFork(
  run: Run,
  prefix: readonly number[],
  starts: readonly ForkStart[],
): AsyncGenerator<StageEvent, Forked> {
  const trunk = yield* decodePrompt(run, prefix);
  const writers: Writer[] = [];
  for (const { tokens, sample, writing } of starts) {
    writers.push(
      createWriter({
        tokenizer: run.tokenizer,
        line: yield* openLine(run, [trunk.strand], { position: prefix.length, pending: [...tokens] }),
        sample,
        stops: writing.stop,
        maxTokens: writing.maxTokens,
        constraint: writing.constraint,
      }),
    );
  }
  yield* inStage(run, 'branches', decodeInLockStep(run, trunk, writers));
  const branches = writers.map((writer, index) => {
    const { line, text, finishReason } = writer;
    const tokens = writer.tokens();
    const prompt = starts[index]!.tokens;
    return {
      result: { text, tokens, finishReason: finishReason! },
      part: {
        line,
        start: prefix.length,
        tokens: [...prompt, ...tokens],
        decoded: [...prompt, ...writer.chosen],
      },
    };
  });
  return { trunk, branches };
}

export interface ForkJoin {
  readonly join: NonNullable<JoinOptions['join']>;
  /** Token ids behind each branch. */
  readonly separator: readonly number[];
  /** Token ids of the prompt after all branches; with the separator at least one. */
  readonly prompt: readonly number[];
  readonly writing: ResolvedWriting;
  readonly createSampler: (stream: number) => Sampler;
}

/** Goes on after these branches with a prompt of its own. */
export async function* decodeForkJoin(
  run: Run,
  trunk: Line,
  parts: readonly JoinPart[],
  { join, separator, prompt, writing, createSampler }: ForkJoin,
): AsyncGenerator<StageEvent, SequentialPart> {
  const last = parts.length - 1;
  const separated = parts.map((part, index) => ({
    ...part,
    tokens: index < last ? [...part.tokens, ...separator] : part.tokens,
  }));
  const joined = yield* joinBranches(run, join, trunk, separated, [...separator, ...prompt]);
  return yield* decodeSequentially(run, {
    stage: 'conclusion',
    ...joined,
    sample: createSampler(trunkStream),
    history: parts.flatMap(({ tokens }) => tokens),
    stops: writing.stop,
    maxTokens: writing.maxTokens,
    constraint: writing.constraint,
  });
}
