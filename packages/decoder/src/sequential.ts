import { startDrafts } from './drafts/drafts.ts';
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
  const drafts = startDrafts(run);
  let entering = companions.filter(({ pending }) => pending.length > 0);
  while (!writer.finishReason) {
    const left = limit - run.meter.chosenTokens;
    if (left <= 0 || !hasRoom(run, [...entering, line])) {
      yield* tell(writer.finish('length'));
      break;
    }
    drafts.propose([{ line, history: writer.history, most: left }], entering);
    const rows = yield* advance(run, stage, [...entering, line], [line]);
    entering = [];
    for (const logits of drafts.read(line, rows.get(line)!)) {
      run.signal?.throwIfAborted();
      run.meter.countTokens(1);
      yield* tell(writer.take(logits));
      if (writer.finishReason) break;
    }
    yield* drafts.settle([line]);
  }
  const tokens = writer.tokens();
  if (writer.endToken !== undefined) tokens.push(writer.endToken);
  const finishReason = writer.finishReason === 'stop' ? 'stop' : 'length';
  return { tokens, text: writer.text, finishReason, stop: writer.stop, chosen: writer.chosen };

  function* tell(text: string): Generator<StageEvent> {
    if (text !== '') yield { type: 'text-delta', stage, text };
  }
}
