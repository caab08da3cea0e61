import type { Stage, StageEvent } from './events.ts';
import { freeSlots, type Line } from './line.ts';
import type { Decoded } from './result.ts';
import type { FormatRun } from './run.ts';
import { trunkStream } from './sampling/random-streams.ts';
import { continueWriting, type SequentialPart } from './sequential.ts';
import { inStage } from './stage.ts';
import { chooseInOrder, compareWritten, type ParallelAnswer } from './verify.ts';
import { createWriter, type Writer } from './writer.ts';

/**
 * Finishes a draft as sequential decoding would have written the answer: a writer of such an answer reads the draft up to
 * the first difference, and goes on alone from there.
 *
 * End token, stops, penalties and limits are those of sequential mode: `maxTokens` counts the tokens of this answer.
 */
export async function* finishRepaired(
  run: FormatRun,
  line: Line,
  promptTokens: readonly number[],
  draft: ParallelAnswer,
): AsyncGenerator<StageEvent, Decoded> {
  run.cache.truncate(promptTokens.length - 1);
  const tokens = draft.tokens.slice(0, freeSlots(run));
  const choices = yield* inStage(run, 'verification', chooseInOrder(run, line, promptTokens, tokens));

  const writer = createWriter({
    tokenizer: run.tokenizer,
    line,
    sample: run.createSampler(trunkStream),
    stops: run.options.stop,
    maxTokens: run.options.maxTokens,
    place: 'start',
  });
  const accepted = acceptChoices(writer, tokens, choices);
  const text = [...promptTokens, ...writer.chosen];
  line.position = text.length - 1;
  line.pending = text.slice(-1);
  run.cache.truncate(line.position);

  const stopped = writer.finishReason === 'stop' && writer.endToken === undefined;
  const repaired = accepted < draft.tokens.length || stopped;
  const { blocks = [], fallback } = draft;
  const inParallel = !repaired && fallback === undefined;
  const stage = inParallel ? 'conclusion' : 'sequential';
  // Other stops may hold back other text at the end of the draft.
  const replaces = !inParallel || run.tokenizer.decode(tokens) !== writer.text;
  const part = yield* inStage(run, stage, goOn(run, writer, { stage, replaces }));
  return {
    mode: inParallel ? 'parallel' : 'sequential',
    branches: inParallel ? blocks.flatMap(({ branches }) => branches) : [],
    tokens: part.tokens,
    finishReason: part.finishReason,
    verification: { ...compareWritten(draft, choices), repaired },
    ...(fallback && { fallback }),
  };
}

/** Lets the writer take what would have been chosen, up to the first difference; returns how many tokens agreed. */
function acceptChoices(writer: Writer, tokens: readonly number[], choices: readonly number[]): number {
  for (const [index, token] of tokens.entries()) {
    if (writer.finishReason) return index;
    writer.accept(choices[index]!);
    if (choices[index] !== token) return index;
  }
  return tokens.length;
}

async function* goOn(
  run: FormatRun,
  writer: Writer,
  { stage, replaces }: { readonly stage: Stage; readonly replaces: boolean },
): AsyncGenerator<StageEvent, SequentialPart> {
  if (replaces) yield { type: 'repair', text: writer.text };
  // The writer itself counts this answer's tokens; those of the draft are beside the point.
  return yield* continueWriting(run, writer, { stage, limit: Infinity });
}
