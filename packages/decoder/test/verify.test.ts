import { createReferenceModel } from '@beltline/backend/reference';
import { createDecoder, type DecodeEvent, type GenerateOptions } from '@beltline/decoder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';
import { collect, orEnd } from './scripted-answer.ts';
import {
  createByteTokenizer,
  createScriptedModel,
  respondWith,
  type Script,
  writeAnswer,
} from './scripted-model.ts';
import { watchCaches } from './watch-caches.ts';

const bytes = createByteTokenizer(['####', '%%%%']);
const trip: Script = {
  preamble: 'Let us see.\n\n',
  steps: [
    { title: 'cost', body: ' low\n\n' },
    { title: 'time', body: ' three days\n\n' },
    { title: 'risk', body: ' 小さい\n\n' },
  ],
  conclusion: '\nGo.',
};
const prompt = 'Shall I go?';

/** A model that writes one answer in parallel, and another one where it sees the text in order. */
function createTwoFaced(parallel: Script, inOrder = writeAnswer(parallel)) {
  const inParallel = orEnd(respondWith(`${prompt}\n`, parallel));
  const passes: number[] = [];
  const model = createScriptedModel({
    tokenizer: bytes,
    respond(visible) {
      const written = visible.slice(prompt.length + 1);
      const common = parallel.preamble.length;
      if (inOrder.startsWith(written) && written.length > common && !isOutline(written)) {
        return inOrder.slice(written.length);
      }
      return inParallel(visible);
    },
    onPass: ({ tokens, logitsRows }) => passes.push(tokens.length, logitsRows.length),
  });
  const isOutline = (written: string) => /^[^#]*(####|####[^:]*:?)?$/.test(written);
  const open = watchCaches(model);
  const parts = { model, tokenizer: bytes, format: 'trained' } as const;
  const decoder = createDecoder({ ...parts, prefixCache: { maxTokens: 0 } });
  return { decoder, passes, open };
}

/** The text that a reader of the events has in the end, if branches never were or were replaced. */
function toldInOrder(events: readonly DecodeEvent[]): string {
  let text = '';
  for (const event of events) {
    if (event.type === 'repair') text = event.text;
    if (event.type === 'text-delta') text += event.text;
  }
  return text;
}

describe('verification', () => {
  test('finds every token agreeing where both ways of decoding write the same, and changes nothing', async () => {
    const { decoder } = createTwoFaced(trip);
    const plain = await decoder.generate(prompt).result();
    for (const verify of ['report', 'repair'] as const) {
      const { events, result } = await collect(decoder.generate(prompt, { verify }));
      expect(result.tokens).toEqual(plain.tokens);
      expect(result.branches).toEqual(plain.branches);
      expect(result).toMatchObject({ mode: 'parallel', finishReason: 'stop' });
      const { answer, branches, repaired } = result.verification!;
      expect(repaired).toBe(false);
      expect(answer).toEqual({ tokens: answer.tokens, agreeing: answer.tokens });
      expect(branches.map(({ title }) => title)).toEqual(['cost', 'time', 'risk']);
      for (const { heading, body } of branches) {
        expect(heading).toEqual({ tokens: 6, agreeing: 6 });
        expect(body).toEqual({ tokens: body.tokens, agreeing: body.tokens });
      }
      expect(events.some(({ type }) => type === 'repair')).toBe(false);
      const stages = result.statistics.stages.map(({ stage }) => stage);
      expect(stages).toEqual(['prefill', 'outline', 'branches', 'verification', 'conclusion']);
    }
    expect(plain.verification).toBeUndefined();
  });

  test('tells in which branch and from which token on sequential decoding would have differed', async () => {
    const inOrder = writeAnswer(trip).replace('three days', 'three hours and a half');
    const { decoder } = createTwoFaced(trip, inOrder);
    const { result } = await collect(decoder.generate(prompt, { verify: 'report' }));
    expect(result.text).toBe(writeAnswer(trip));
    const [cost, time] = result.verification!.branches;
    expect(cost!.body).toEqual({ tokens: 6, agreeing: 6 });
    expect(time!.heading).toEqual({ tokens: 6, agreeing: 6 });
    expect(time!.body).toMatchObject({ tokens: 13, firstDifference: ' three '.length });
    expect(result.verification).toMatchObject({ repaired: false });
  });

  test('takes one pass per chunk, and asks for no logits where it is off', async () => {
    const { decoder, passes } = createTwoFaced(trip);
    const count = async (verify: GenerateOptions['verify']) => {
      passes.length = 0;
      const { statistics } = await decoder.generate(prompt, { verify: verify! }).result();
      const rows = passes.filter((_, index) => index % 2 === 1);
      return { rows: Math.max(...rows), statistics };
    };
    expect((await count('off')).rows).toBe(trip.steps.length);
    const { rows, statistics } = await count('report');
    const verification = statistics.stages.find(({ stage }) => stage === 'verification');
    expect(verification).toMatchObject({ forwardPasses: 1, tokens: rows });
    expect(rows).toBe(bytes.encode(writeAnswer({ ...trip, conclusion: '' })).length);
  });
});

describe('a repaired answer', () => {
  test('replaces what was told from the first difference on', async () => {
    const inOrder = writeAnswer(trip).replace('three days', 'three hours and a half');
    const { decoder } = createTwoFaced(trip, inOrder);
    const { events, result } = await collect(decoder.generate(prompt, { verify: 'repair' }));
    expect(result).toMatchObject({ text: inOrder, mode: 'sequential', branches: [], finishReason: 'stop' });
    expect(result.verification).toMatchObject({ repaired: true });
    expect(toldInOrder(events)).toBe(inOrder);
    const repair = events.find((event) => event.type === 'repair');
    expect(inOrder.startsWith(repair!.text)).toBe(true);
    expect(repair!.text.endsWith(' three h')).toBe(true);
  });

  const [llama] = goldenModels;
  const random = createDecoder({ model: createReferenceModel(llama!), tokenizer: bytes });

  test('is what sequential decoding writes, whatever the model, its options and its limits', async () => {
    let repaired = 0;
    let withBranches = 0;
    let agreed = 0;
    const options = fc.record(
      {
        maxTokens: fc.integer({ min: 1, max: 80 }),
        maxBranchTokens: fc.integer({ min: 1, max: 8 }),
        maxBranches: fc.integer({ min: 1, max: 3 }),
        maxTitleTokens: fc.integer({ min: 1, max: 4 }),
        chunkSize: fc.integer({ min: 1, max: 30 }),
        kvBudget: fc.integer({ min: 12, max: 90 }),
        repetitionPenalty: fc.constantFrom(1, 1.3),
        outlineConstraint: fc.constantFrom('grammar' as const, 'reference' as const),
        stop: fc.constantFrom([], ['a'], ['%%']),
        // Lets blocks come at all: the weights are random.
        logitBias: fc.constantFrom({}, { 257: 3 }, { 257: 4, 258: 3 }, { 257: 2, 0: 2 }),
      },
      { requiredKeys: ['maxTokens', 'logitBias'] },
    );
    const tokens = fc.array(fc.integer({ min: 1, max: 258 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(tokens, options, async (start, choice) => {
        const inOrder = await collect(random.generate({ tokens: start }, { ...choice, mode: 'sequential' }));
        const sequential = inOrder.result;
        const { events, result } = await collect(
          random.generate({ tokens: start }, { ...choice, verify: 'repair' }),
        );
        expect(result.tokens).toEqual(sequential.tokens);
        expect(result.text).toBe(sequential.text);
        expect(result.finishReason).toBe(sequential.finishReason);
        const { verification } = result;
        if (verification!.repaired) repaired++;
        else agreed++;
        if (verification!.branches.length > 0) withBranches++;
        if (result.mode === 'sequential') expect(toldInOrder(events)).toBe(toldInOrder(inOrder.events));
      }),
      { seed: 2503, numRuns: 150 },
    );
    expect(Math.min(repaired, withBranches, agreed)).toBeGreaterThan(20);
  });

  test('can be aborted at every event, and frees its cache', async () => {
    const inOrder = writeAnswer(trip).replace('three days', 'three hours');
    const { decoder, open } = createTwoFaced(trip, inOrder);
    const { events } = await collect(decoder.generate(prompt, { verify: 'repair', chunkSize: 16 }));
    const first = events.findIndex((event) => event.type === 'stage-start' && event.stage === 'verification');
    expect(first).toBeGreaterThan(0);
    for (let stopAt = first; stopAt < events.length - 1; stopAt++) {
      const controller = new AbortController();
      const options = { verify: 'repair', chunkSize: 16, signal: controller.signal } as const;
      const generation = decoder.generate(prompt, options);
      const reading = (async () => {
        let read = 0;
        for await (const event of generation) {
          if (read++ === stopAt) controller.abort(new Error('enough'));
          if (event.type === 'finish') return 'finished';
        }
        return 'left';
      })();
      const end = await reading.catch((error: Error) => error.message);
      // After the last pass nothing is left to be aborted.
      const passesLeft = events.slice(stopAt + 1).some(({ type }) => type === 'text-delta');
      if (passesLeft) expect(end).toBe('enough');
      expect(open.size).toBe(0);
    }
    expect((await decoder.generate(prompt, { verify: 'repair' }).result()).text).toBe(inOrder);
  });
});

test('verification is refused where there is nothing greedy or nothing recomputed', () => {
  const { decoder } = createTwoFaced(trip);
  const refuse = (options: object) => expect(() => decoder.generate(prompt, options)).toThrow(TypeError);
  refuse({ verify: 'repair', temperature: 0.5 });
  refuse({ verify: 'report', join: 'reuse' });
  refuse({ verify: 'yes' });
});
