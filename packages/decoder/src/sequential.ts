import type { FinishReason, Stage, StageEvent } from './events.ts';
import { advance, hasRoom, type Line } from './line.ts';
import type { Run } from './run.ts';
import { createWriter, type Writer, type WriterOptions } from './writer.ts';

export interface SequentialPart {
  /** Token ids of the text, `[token]`; the end token included if it was reached. */
  readonly tokens: number[];
  readonly text: string;
  readonly finishReason: FinishReason;
  /** The stop that ended it, if one did, and all token ids that were chosen, the stop's included. */
  readonly stop: string | undefined;
  readonly chosen: readonly number[];
}

export interface WritingPlace {
  readonly stage: Stage;
  /** Lines whose waiting tokens ride with the first forward pass, before those of the line. */
  readonly companions?: readonly Line[];
}

export interface SequentialOptions extends Omit<WriterOptions, 'tokenizer' | 'maxTokens'>, WritingPlace {
  readonly maxTokens?: number;
}

/** Decodes one line token by token until the end token, a stop or a limit. */
export function decodeSequentially(
  run: Run,
  { stage, companions = [], maxTokens = Infinity, ...options }: SequentialOptions,
): AsyncGenerator<StageEvent, SequentialPart> {
  const writer = createWriter({ ...options, tokenizer: run.tokenizer, maxTokens });
  const limit = run.options.maxTokens;
  return continueWriting(run, writer, { stage, companions, limit });
}

/** Lets a writer go on until the end token, a stop or a limit; `limit` is one of the whole answer's chosen tokens. */
export async function* continueWriting(
  run: Run,
  writer: Writer,
  { stage, companions = [], limit }: WritingPlace & { readonly limit: number },
): AsyncGenerator<StageEvent, SequentialPart> {
  const { line } = writer;
  let lines = [...companions.filter(({ pending }) => pending.length > 0), line];
  while (!writer.finishReason) {
    let text: string;
    if (run.meter.chosenTokens >= limit || !hasRoom(run, lines)) text = writer.finish('length');
    else {
      const rows = yield* advance(run, stage, lines, [line]);
      lines = [line];
      run.meter.countTokens(1);
      text = writer.take(rows.get(line)!);
    }
    if (text !== '') yield { type: 'text-delta', stage, text };
  }
  const tokens = writer.tokens();
  if (writer.endToken !== undefined) tokens.push(writer.endToken);
  const finishReason = writer.finishReason === 'stop' ? 'stop' : 'length';
  return { tokens, text: writer.text, finishReason, stop: writer.stop, chosen: writer.chosen };
}
