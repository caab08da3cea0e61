import { TRUNK } from '@beltline/mask';
import type { StageEvent } from './events.ts';
import { advance, type Line } from './line.ts';
import type { OpenCache, Prefix } from './prefix-cache.ts';
import type { PromptOptions } from './prompt.ts';
import { outcomeOf, type Run } from './run.ts';
import { inStage } from './stage.ts';

/** Options of reading a prompt alone. */
export interface PrefillOptions extends PromptOptions {
  /** Most tokens of one forward pass, at least 1. Default 256. */
  readonly chunkSize?: number;
  /** Called after each pass where several are needed: `done` of `tokens` that have to be read are. */
  readonly onProgress?: (progress: { readonly done: number; readonly tokens: number }) => void;
  /** Stops before the next forward pass. */
  readonly signal?: AbortSignal;
}

/**
 * Puts the prompt into the cache, all but its last token: that one waits on the trunk, for the first decoding pass. What the
 * cache begins with is there already.
 */
export async function* decodePrompt(
  run: Run,
  promptTokens: readonly number[],
): AsyncGenerator<StageEvent, Line> {
  const reused = run.cache.slots.length;
  const line: Line = { strand: TRUNK, position: reused, pending: promptTokens.slice(reused, -1), draft: [] };
  yield* inStage(run, 'prefill', readPrompt(run, line, promptTokens));
  return line;
}

async function* readPrompt(
  run: Run,
  line: Line,
  promptTokens: readonly number[],
): AsyncGenerator<StageEvent, void> {
  const reused = line.position;
  if (run.options.trace && reused > 0) yield { type: 'slots-reused', tokens: promptTokens.slice(0, reused) };
  if (line.pending.length > 0) yield* advance(run, 'prefill', [line], []);
  line.pending = promptTokens.slice(-1);
  run.meter.countReused(reused);
  run.meter.countTokens(promptTokens.length - reused);
}

/** Reads a prompt, and holds it. */
export async function readPrefix(
  run: Run,
  opened: OpenCache,
  promptTokens: readonly number[],
  onProgress: PrefillOptions['onProgress'],
): Promise<Prefix> {
  try {
    for await (const event of decodePrompt(run, promptTokens)) {
      if (event.type === 'prefill-delta') onProgress?.({ done: event.done, tokens: event.tokens });
    }
  } catch (error) {
    opened.end(outcomeOf(run, error));
    throw error;
  }
  return opened.hold();
}
