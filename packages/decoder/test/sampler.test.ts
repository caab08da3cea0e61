import { createSamplers, type SamplingOptions } from '@beltline/decoder';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** The definition: softmax, keep the k likeliest, then the shortest head that reaches p, and normalise. */
function distribution(
  logits: Float32Array,
  { temperature = 1, topK = 0, topP = 1 }: SamplingOptions,
): number[] {
  const best = Math.max(...logits);
  const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
  const weights = new Map(order.map((token) => [token, Math.exp((logits[token]! - best) / temperature)]));
  const head = topK > 0 ? order.slice(0, topK) : order;
  const total = head.reduce((sum, token) => sum + weights.get(token)!, 0);
  const kept: number[] = [];
  for (let reached = 0; kept.length < head.length && reached < topP * total; ) {
    const token = head[kept.length]!;
    kept.push(token);
    reached += weights.get(token)!;
  }
  const keptTotal = kept.reduce((sum, token) => sum + weights.get(token)!, 0);
  return [...logits.keys()].map((token) => (kept.includes(token) ? weights.get(token)! / keptTotal : 0));
}

function frequencies(logits: Float32Array, options: SamplingOptions, draws: number): number[] {
  const sample = createSamplers({ seed: 5, ...options })(0);
  const counts = [...logits].map(() => 0);
  for (let draw = 0; draw < draws; draw++) counts[sample(logits)]! += 1;
  return counts.map((count) => count / draws);
}

describe('a sampler', () => {
  test('takes the first of the likeliest tokens when the temperature is 0', () => {
    expect(createSamplers()(0)(Float32Array.of(1, 3, -Infinity, 3))).toBe(1);
    expect(createSamplers({ temperature: 2, topK: 1 })(0)(Float32Array.of(1, 3, 4))).toBe(2);
  });

  test.each<SamplingOptions>([
    { temperature: 1 },
    { temperature: 0.3 },
    { temperature: 3, topK: 3 },
    { temperature: 1, topP: 0.8 },
    { temperature: 1.5, topK: 4, topP: 0.6 },
    { temperature: 0.05, topK: 5 },
  ])('draws as often as the definition says: %o', (options) => {
    const logits = Float32Array.of(0.5, 2, -1, 2.2, -Infinity, 1, 0, -12);
    const expected = distribution(logits, options);
    const found = frequencies(logits, options, 20_000);
    expected.forEach((probability, token) => {
      expect(Math.abs(found[token]! - probability)).toBeLessThan(0.015);
      if (probability === 0) expect(found[token]).toBe(0);
    });
  });

  test('never leaves the tokens that its limits allow', () => {
    const options = fc.record({
      temperature: fc.double({ min: 0.01, max: 5, noNaN: true }),
      topK: fc.nat(12),
      topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
      seed: fc.nat(),
    });
    const logits = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(options, logits, (choice, tenths) => {
        const row = Float32Array.from(tenths, (value) => value / 10);
        const allowed = distribution(row, choice);
        const sample = createSamplers(choice)(0);
        for (let draw = 0; draw < 5; draw++) expect(allowed[sample(row)]).toBeGreaterThan(0);
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test('repeats itself with the same seed, and each strand goes its own way', () => {
    const logits = new Float32Array(50);
    const draws = (seed: number, strand: number) => {
      const sample = createSamplers({ temperature: 1, seed })(strand);
      return Array.from({ length: 20 }, () => sample(logits));
    };
    expect(draws(3, 1)).toEqual(draws(3, 1));
    expect(draws(3, 1)).not.toEqual(draws(3, 2));
    expect(draws(3, 1)).not.toEqual(draws(4, 1));
  });

  test('refuses logits that are no numbers', () => {
    for (const temperature of [0, 1]) {
      const sample = createSamplers({ temperature })(0);
      expect(() => sample(Float32Array.of(1, Number.NaN, 0))).toThrow('NaN for token 1');
      expect(() => sample(Float32Array.of(1, Infinity))).toThrow('Infinity for token 1');
      expect(() => sample(Float32Array.of(-Infinity, -Infinity))).toThrow('nothing but -Infinity');
      expect(() => sample(Float32Array.of(Number.NaN))).toThrow(
        expect.objectContaining({ name: 'DecoderError', code: 'INVALID_LOGITS' }),
      );
    }
  });

  test('refuses options out of range', () => {
    for (const options of [
      { temperature: -1 },
      { temperature: Number.NaN },
      { topK: 1.5 },
      { topP: 0 },
      { topP: 1.1 },
      { seed: 0.5 },
    ]) {
      expect(() => createSamplers(options)).toThrow(RangeError);
    }
  });
});

describe('penalties and bias', () => {
  const logits = () => Float32Array.of(2, 1.5, -1, 1.9);

  test('make tokens of the answer less likely, by whether and how often it has them', () => {
    const choose = (options: SamplingOptions, tokens: number[]) =>
      createSamplers(options)(0)(logits(), tokens);
    expect(choose({}, [0, 0, 3])).toBe(0);
    expect(choose({ presencePenalty: 0.2 }, [0])).toBe(3);
    expect(choose({ presencePenalty: 0.05 }, [0, 0])).toBe(0);
    expect(choose({ frequencyPenalty: 0.06 }, [0, 0])).toBe(3);
    expect(choose({ repetitionPenalty: 1.2 }, [0])).toBe(3);
    expect(choose({ repetitionPenalty: 1.2 }, [0, 3])).toBe(0);
    expect(choose({ repetitionPenalty: 0.5 }, [1])).toBe(1);
    expect(choose({ logitBias: { 2: 5, 9: 1 } }, [])).toBe(2);
    expect(choose({ logitBias: { 0: -Infinity } }, [])).toBe(3);
  });

  test('change logits as defined, the longer the answer the more', () => {
    const sample = createSamplers({ repetitionPenalty: 2, frequencyPenalty: 0.25, presencePenalty: 0.5 })(0);
    const tokens: number[] = [];
    const counts = [0, 0, 0, 0];
    for (const token of [2, 0, 2, 2, 3]) {
      tokens.push(token);
      counts[token]!++;
      const row = logits();
      sample(row, tokens);
      const expected = [...logits()].map((logit, id) =>
        counts[id] ? (logit > 0 ? logit / 2 : logit * 2) - counts[id]! * 0.25 - 0.5 : logit,
      );
      expected.forEach((value, id) => {
        expect(row[id]).toBeCloseTo(value, 5);
      });
    }
  });

  test('leave exempt tokens alone, and count for each line apart', () => {
    const create = createSamplers({ presencePenalty: 3 }, new Set([0]));
    expect(create(0)(logits(), [0, 3, 1])).toBe(0);
    const [first, second] = [create(1), create(2)];
    expect(first(logits(), [3])).toBe(0);
    const row = logits();
    second(row, []);
    expect([...row]).toEqual([...logits()]);
  });

  test('minP keeps what is likely enough beside the likeliest', () => {
    const row = Float32Array.of(0, Math.log(0.5), Math.log(0.2), Math.log(0.09));
    const found = frequencies(row, { temperature: 1, minP: 0.1 }, 5000);
    expect(found[3]).toBe(0);
    [1, 0.5, 0.2].forEach((share, token) => {
      expect(Math.abs(found[token]! - share / 1.7)).toBeLessThan(0.03);
    });
  });

  test.each<[SamplingOptions, string]>([
    [{ minP: 1.1 }, 'minP'],
    [{ repetitionPenalty: 0 }, 'repetitionPenalty'],
    [{ frequencyPenalty: Number.NaN }, 'frequencyPenalty'],
    [{ presencePenalty: Infinity }, 'presencePenalty'],
    [{ logitBias: { 1: Number.NaN } }, 'logitBias'],
    [{ logitBias: { x: 1 } as Record<number, number> }, 'logitBias'],
  ])('refuse values that make no sense: %o', (options, name) => {
    expect(() => createSamplers(options)).toThrow(name);
  });
});
