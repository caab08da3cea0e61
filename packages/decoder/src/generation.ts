import type { DecodeEvent, GenerationResult } from './events.ts';
import { createResultStream, type ResultStream } from './result-stream.ts';

/** An answer while it is decoded. */
export interface Generation extends ResultStream<GenerationResult> {
  /** Ends one branch before its next token; it keeps what it has, with the finish reason `cancelled`. */
  cancelBranch(branch: number): void;
}

/** @param start begins the decoding; it is given the branches that are to end, to which more may come. */
export function createGeneration(
  start: (cancelled: ReadonlySet<number>) => AsyncGenerator<DecodeEvent>,
): Generation {
  const cancelled = new Set<number>();
  return {
    ...createResultStream<GenerationResult>(() => start(cancelled)),
    cancelBranch(branch) {
      cancelled.add(branch);
    },
  };
}
