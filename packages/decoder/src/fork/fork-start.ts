import type { Tokenizer } from '@beltline/tokenizer';
import { encodeContinuation } from '../prompt.ts';
import { assignStreams } from '../sampling/random-streams.ts';
import type { ResolvedBranch } from './fork-options.ts';
import type { ForkStart } from './fork-stage.ts';

/** Encodes the branches' prompts and gives each branch its random stream. */
export function startBranches(tokenizer: Tokenizer, branches: readonly ResolvedBranch[]): ForkStart[] {
  const prompts = branches.map(({ prompt }) => encodeContinuation(tokenizer, prompt));
  const streams = assignStreams(prompts);
  return branches.map(({ writing, createSampler }, branch) => ({
    tokens: prompts[branch]!,
    sample: createSampler(streams[branch]!),
    writing,
  }));
}

/** Slots for all branches at their limits and for what follows a join: positions repeat, so more than the context. */
export function forkCapacity(
  prefix: readonly number[],
  starts: readonly ForkStart[],
  contextLength: number,
): number {
  const lengths = starts.map(({ tokens, writing }) =>
    Math.min(tokens.length + writing.maxTokens, contextLength - prefix.length),
  );
  return prefix.length + lengths.reduce((total, length) => total + length, 0) + contextLength;
}
