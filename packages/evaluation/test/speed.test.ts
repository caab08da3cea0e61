import type { ForwardStep, KvCache, LanguageModel } from '@beltline/backend';
import {
  answerTokens,
  measureSpeed,
  type SpeedOptions,
  type SpeedSample,
  summarizeSpeed,
} from '@beltline/evaluation';
import { createSlotTable, createStrands } from '@beltline/mask';
import { describe, expect, it } from 'vitest';

const answer = { branches: 3, branchTokens: 5, titleTokens: 2, conclusionTokens: 4 };
const options: SpeedOptions = { context: 300, rows: [1, 2, 6], answer, rounds: 2 };

/** One forward pass, with the slots that were used before it. */
interface Pass extends ForwardStep {
  readonly past: number;
}

/** A model that computes nothing and keeps all passes; each takes a millisecond for every token. */
function createFakeModel(contextLength = 1000) {
  const passes: Pass[] = [];
  let time = 0;
  const model = {
    shape: { vocabularySize: 100, contextLength },
    createCache() {
      const slots = createSlotTable(contextLength);
      const truncate = (length: number) => slots.truncate(length);
      const keep = (kept: number[]) => slots.keep(kept);
      return { strands: createStrands(), slots, truncate, keep, dispose: () => {} };
    },
    async forward(cache: KvCache, step: ForwardStep) {
      for (let row = 0; row < step.tokens.length; row++) {
        expect(step.tokens[row]).toBeLessThan(100);
        expect(step.positions[row]).toBeLessThan(contextLength);
        expect(step.strands[row]).toBeLessThan(cache.strands.size);
      }
      passes.push({ ...step, past: cache.slots.length });
      (cache.slots as ReturnType<typeof createSlotTable>).append(
        [...Array.from(step.strands)],
        Array.from(step.positions),
      );
      time += step.tokens.length;
      return [];
    },
  };
  return { model: model as unknown as LanguageModel, passes, now: () => time };
}

async function measure(given: Partial<SpeedOptions> = {}, fake = createFakeModel()) {
  const samples: SpeedSample[] = [];
  for await (const sample of measureSpeed(fake.model, { ...options, now: fake.now, ...given }))
    samples.push(sample);
  return { samples, passes: fake.passes };
}

const name = (sample: SpeedSample) =>
  sample.type === 'step' ? sample.rows : sample.type === 'answer' ? sample.mode : 'prefill';

describe('a measurement of speed', () => {
  it('times everything in each round, each time in another order', async () => {
    const { samples } = await measure();
    const steps = [1, 2, 6, 2, 6, 1, 6, 1, 2, 1, 2, 6];
    const next = [2, 6, 1, 6, 1, 2, 1, 2, 6, 2, 6, 1];
    expect(samples.map(name)).toEqual([
      'prefill',
      ...steps,
      ...['sequential', 'recompute', 'reuse'],
      'prefill',
      ...next,
      ...['recompute', 'reuse', 'sequential'],
    ]);
  });

  it('times the passes that the decoder would run, always from the bare context', async () => {
    const { samples } = await measure({ rounds: 1 });
    const times = new Map(samples.map((sample) => [name(sample), sample.milliseconds]));
    // A token is a millisecond: each row of a step, each token of an answer, forced ones included.
    expect([times.get('prefill'), times.get(1), times.get(6)]).toEqual([300, 1, 6]);
    const tokens = answerTokens(answer);
    expect(tokens).toBe(3 * (2 + 5) + 4);
    const outline = 3 * (3 + 2);
    expect(times.get('sequential')).toBe(tokens);
    expect(times.get('reuse')).toBe(outline + tokens);
    expect(times.get('recompute')).toBe(outline + tokens + 2 * (2 + 5));
  });

  it('gives branches the same positions and strands of their own', async () => {
    const { passes } = await measure({ rounds: 1 });
    // Two tokens for each of three strands: no other pass looks like this.
    const titles = passes.find(({ strands }) => {
      const [first, second, third] = Array.from(strands);
      return strands.length === 6 && first === second && second !== third;
    })!;
    expect(titles.past).toBe(300);
    expect(titles.positions).toEqual([300, 301, 300, 301, 300, 301]);
    expect(titles.logitsRows).toEqual([1, 3, 5]);
    const lockSteps = passes.filter(({ tokens, past }) => tokens.length === 3 && past >= 306);
    expect(lockSteps.slice(0, 5).map(({ positions }) => positions)).toEqual(
      [302, 303, 304, 305, 306].map((position) => [position, position, position]),
    );
  });

  it('begins no round that would not end in time, but always runs one', async () => {
    expect(
      (await measure({ rounds: 50, budget: 0 })).samples.filter(({ type }) => type === 'prefill'),
    ).toHaveLength(1);
    const round = (await measure({ rounds: 1 })).samples.reduce(
      (sum, { milliseconds }) => sum + milliseconds,
      0,
    );
    const { samples } = await measure({ rounds: 50, budget: 3.5 * round });
    expect(samples.filter(({ type }) => type === 'prefill')).toHaveLength(3);
  });

  it('stops at once when it is aborted', async () => {
    const controller = new AbortController();
    const { model, now } = createFakeModel();
    const samples: SpeedSample[] = [];
    const run = async () => {
      for await (const sample of measureSpeed(model, { ...options, now, signal: controller.signal })) {
        samples.push(sample);
        if (samples.length === 4) controller.abort(new Error('enough'));
      }
    };
    await expect(run()).rejects.toThrow('enough');
    expect(samples).toHaveLength(4);
  });

  it('refuses what the model has no room for', async () => {
    await expect(measure({}, createFakeModel(320))).rejects.toThrow(RangeError);
  });
});

describe('the summary', () => {
  it('gives ratios of medians, and says nothing of what is missing', () => {
    const step = (rows: number, milliseconds: number) => ({ type: 'step', rows, milliseconds }) as const;
    const samples = [step(10, 30), step(1, 10), step(1, 12), step(10, 20), step(1, 100)];
    const { prefill, steps, answers } = summarizeSpeed(samples, { context: 300, answer });
    expect(prefill).toBeUndefined();
    expect(answers).toEqual([]);
    expect(steps).toMatchObject([
      { rows: 1, count: 3, median: 12, min: 10, cost: 1, gain: 1 },
      { rows: 10, count: 2, median: 25, min: 20, cost: 25 / 12, tokensPerSecond: 400 },
    ]);
    expect(steps[1]!.gain).toBeCloseTo(10 / (25 / 12), 9);
  });

  it('compares answers with the sequential one, once there is one', () => {
    const parallel = { type: 'answer', mode: 'reuse', milliseconds: 50 } as const;
    const sequential = { type: 'answer', mode: 'sequential', milliseconds: 125 } as const;
    const about = { context: 300, answer };
    expect(summarizeSpeed([parallel], about).answers).toMatchObject([{ mode: 'reuse', speedup: undefined }]);
    expect(summarizeSpeed([parallel, sequential], about).answers).toMatchObject([
      { mode: 'sequential', speedup: 1, tokensPerSecond: 200 },
      { mode: 'reuse', speedup: 2.5, tokensPerSecond: 500 },
    ]);
  });
});
