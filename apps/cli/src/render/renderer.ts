import type { DecodeEvent, LoadProgress } from '@beltline/node';

/** Which of the two ways a generation decodes. */
export type RunName = 'sequential' | 'parallel';

/** Shows one run of the command on the standard output. */
export interface Renderer {
  /** The model is being loaded; where that takes long, how far it is. */
  loading(progress?: LoadProgress): void;
  /** A warm-up begins, of which nothing else is shown. */
  warmingUp(): void;
  /** A generation begins; the one before it has ended. */
  start(run: RunName): void;
  event(event: DecodeEvent): void;
  /** Ends the generation, finished or not, and leaves what was decoded on the output. */
  end(): void;
  /** Nothing more comes. Safe to call at any time, more than once. */
  close(): void;
}

/** What a run is called where there are two. */
export const runNames: Record<RunName, string> = { sequential: 'Sequential', parallel: 'Parallel' };
