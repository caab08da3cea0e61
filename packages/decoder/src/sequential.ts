import type { DecodeEvent, FinishReason, Stage } from './events.ts';
import { advance, hasRoom, type Line } from './line.ts';
import type { Run } from './run.ts';
import type { Sampler } from './sampler.ts';

export interface SequentialPart {
  /** Chosen token ids, `[token]`; the end token included if it was reached. */
  readonly tokens: number[];
  readonly finishReason: FinishReason;
}

/**
 * Decodes one line token by token until the end token or a limit.
 *
 * `companions` are lines whose waiting tokens ride with the first forward pass.
 */
export async function* decodeSequentially(
  run: Run,
  stage: Stage,
  line: Line,
  sample: Sampler,
  companions: readonly Line[] = [],
): AsyncGenerator<DecodeEvent, SequentialPart> {
  // Only a sequential answer starts a text; the others go on from one.
  const place = stage === 'sequential' && run.options.mode === 'sequential' ? 'start' : 'middle';
  const detokenizer = run.tokenizer.createDetokenizer({ place });
  const tokens: number[] = [];
  let lines = [...companions.filter(({ pending }) => pending.length > 0), line];
  let finishReason: FinishReason | undefined;
  while (!finishReason) {
    if (run.meter.chosenTokens >= run.options.maxTokens || !hasRoom(run, lines)) {
      finishReason = 'length';
      break;
    }
    const [logits] = yield* advance(run, stage, lines, [line]);
    lines = [line];
    const token = sample(logits!);
    tokens.push(token);
    run.meter.countTokens(1);
    if (run.tokenizer.endTokens.includes(token)) finishReason = 'stop';
    else line.pending.push(token);
    const text = detokenizer.push(token);
    if (text !== '') yield { type: 'text-delta', stage, text };
  }
  const text = detokenizer.flush();
  if (text !== '') yield { type: 'text-delta', stage, text };
  return { tokens, finishReason };
}
