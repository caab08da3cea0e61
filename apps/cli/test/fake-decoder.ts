import { parseAnswer } from '@beltline/format';
import type {
  DecodeEvent,
  Decoder,
  GenerateOptions,
  Generation,
  GenerationResult,
  GenerationStatistics,
  Stage,
  StageStatistics,
} from '@beltline/node';

/** An answer that a fake decoder gives, whatever it is asked. */
export interface Script {
  readonly preamble: string;
  readonly steps: readonly { readonly title: string; readonly body: string }[];
  readonly conclusion: string;
}

export const documents: Script = {
  preamble: 'Let us check each document.\n\n',
  steps: [
    { title: 'Document 1', body: ' is about a bank.\n\n' },
    { title: 'Document 2', body: ' is about the film and says that it was released in 1956.\n\n' },
    { title: '文档 3 🎬', body: ' 是关于一首歌的。\n\n' },
  ],
  conclusion: '\nDocument 2 gives the answer.\nAnswer: 1956',
};

export function writeAnswer({ preamble, steps, conclusion }: Script): string {
  return `${preamble}${steps.map(({ title, body }) => `####${title}:${body}`).join('')}####%%%%${conclusion}`;
}

/** The events of a parallel generation: one character is one token, all branches go in lock step. */
export function parallelEvents(script: Script): DecodeEvent[] {
  const { preamble, steps, conclusion } = script;
  const bodies = steps.map(({ body }) => [...body]);
  const longest = Math.max(...bodies.map(({ length }) => length));
  const branches: DecodeEvent[] = [];
  for (let index = 0; index <= longest; index += 1) {
    for (const [branch, body] of bodies.entries()) {
      if (index < body.length) branches.push({ type: 'branch-delta', branch, text: body[index]! });
      if (index === body.length) branches.push({ type: 'branch-end', branch, finishReason: 'stop' });
    }
  }
  const decoded = bodies.reduce((sum, { length }) => sum + length, 0);
  return withResult('parallel', script, [
    prefill,
    inStage('outline', 40, 40, [
      ...textEvents('outline', preamble),
      ...steps.map(({ title }, branch): DecodeEvent => ({ type: 'branch-start', branch, block: 0, title })),
    ]),
    inStage('branches', decoded, longest, branches),
    inStage('conclusion', conclusion.length, conclusion.length, textEvents('conclusion', conclusion)),
  ]);
}

/** The events of a sequential generation of the same answer. */
export function sequentialEvents(script: Script): DecodeEvent[] {
  const text = writeAnswer(script);
  return withResult('sequential', script, [
    prefill,
    inStage('sequential', [...text].length, [...text].length, textEvents('sequential', text)),
  ]);
}

/** The events of a parallel generation that found no way to use its outline. */
export function fallbackEvents(script: Script): DecodeEvent[] {
  const { preamble, steps } = script;
  const rest = writeAnswer(script).slice(preamble.length);
  const events = withResult('sequential', script, [
    prefill,
    inStage('outline', 40, 40, [
      ...textEvents('outline', preamble),
      { type: 'branch-start', branch: 0, block: 0, title: steps[0]!.title },
    ]),
    [{ type: 'fallback', reason: 'missing-ellipsis' }],
    inStage('sequential', rest.length, rest.length, textEvents('sequential', rest)),
  ]);
  return events.map((event) =>
    event.type === 'finish' ? { ...event, result: { ...event.result, fallback: 'missing-ellipsis' } } : event,
  );
}

/** A decoder that replays events; `onEvent` is awaited before each. */
export function createFakeDecoder(
  eventsOf: (options: GenerateOptions) => readonly DecodeEvent[],
  onEvent: (event: DecodeEvent) => void | Promise<void> = () => {},
): Decoder & { readonly generated: GenerateOptions[]; disposed: boolean } {
  const generated: GenerateOptions[] = [];
  const decoder = {
    generated,
    disposed: false,
    generate(_prompt: unknown, options: GenerateOptions = {}): Generation {
      generated.push(options);
      return createGeneration(eventsOf(options), options.signal, onEvent);
    },
    async dispose() {
      decoder.disposed = true;
    },
  };
  return decoder as unknown as Decoder & typeof decoder;
}

function createGeneration(
  events: readonly DecodeEvent[],
  signal: AbortSignal | undefined,
  onEvent: (event: DecodeEvent) => void | Promise<void>,
): Generation {
  const last = events.at(-1)!;
  return {
    async *[Symbol.asyncIterator]() {
      for (const event of events) {
        await onEvent(event);
        signal?.throwIfAborted();
        yield event;
      }
    },
    cancelBranch() {},
    async result() {
      if (last.type !== 'finish') throw new Error('the events do not come to an end');
      return last.result;
    },
  };
}

const prefill = inStage('prefill', 20, 2, [
  { type: 'prefill-delta', stage: 'prefill', done: 10, tokens: 20 },
  { type: 'prefill-delta', stage: 'prefill', done: 20, tokens: 20 },
]);

function textEvents(stage: Stage, text: string): DecodeEvent[] {
  return [...text].map((character) => ({ type: 'text-delta', stage, text: character }));
}

/** One forward pass takes 2 ms. */
function inStage(stage: Stage, tokens: number, forwardPasses: number, events: DecodeEvent[]): DecodeEvent[] {
  const milliseconds = 2 * forwardPasses;
  const tokensPerSecond = (1000 * tokens) / milliseconds;
  const statistics: StageStatistics = { stage, tokens, forwardPasses, milliseconds, tokensPerSecond };
  return [{ type: 'stage-start', stage }, ...events, { type: 'stage-end', stage, statistics }];
}

function withResult(
  mode: GenerationResult['mode'],
  script: Script,
  parts: readonly (readonly DecodeEvent[])[],
): DecodeEvent[] {
  const events = parts.flat();
  const stages = events.flatMap((event) => (event.type === 'stage-end' ? [event.statistics] : []));
  const text = writeAnswer(script);
  const branches = mode === 'sequential' ? [] : script.steps;
  const result: GenerationResult = {
    text,
    tokens: Array.from(text, (_, index) => index),
    document: parseAnswer(text),
    finishReason: 'stop',
    mode,
    branches: branches.map(({ title, body }) => ({
      block: 0,
      title,
      text: body.trim(),
      finishReason: 'stop',
    })),
    statistics: sumUp(stages, [...text].length),
  };
  return [...events, { type: 'finish', result }];
}

function sumUp(stages: StageStatistics[], answerTokens: number): GenerationStatistics {
  const decoding = stages.filter(({ stage }) => stage !== 'prefill');
  const forwardPasses = decoding.reduce((sum, stage) => sum + stage.forwardPasses, 0);
  const milliseconds = 2 * forwardPasses;
  const tokensPerSecond = (1000 * answerTokens) / milliseconds;
  return {
    promptTokens: 20,
    reusedTokens: 0,
    answerTokens,
    forwardPasses,
    milliseconds,
    tokensPerSecond,
    stages,
  };
}
