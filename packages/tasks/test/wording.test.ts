import { describe, expect, it } from 'vitest';
import { createRandom } from '../src/random.ts';
import { expand, fill, pickWording } from '../src/wording.ts';

const drawn = (draw: (random: ReturnType<typeof createRandom>) => string) => {
  const random = createRandom(1);
  return new Set(Array.from({ length: 300 }, () => draw(random)));
};

describe('wordings', () => {
  it('stand for all texts that their alternatives make, and no others', () => {
    const texts = drawn((random) => expand('[a|b[ c|]] {name}[.|!]', random));
    expect([...texts].sort()).toEqual([
      'a {name}!',
      'a {name}.',
      'b c {name}!',
      'b c {name}.',
      'b {name}!',
      'b {name}.',
    ]);
  });

  it('are those in common and the split’s own', () => {
    const wordings = { common: ['a'], training: ['[b|c]'], evaluation: ['d'] };
    expect(drawn((random) => pickWording(wordings, 'training', random))).toEqual(new Set(['a', 'b', 'c']));
    expect(drawn((random) => pickWording(wordings, 'evaluation', random))).toEqual(new Set(['a', 'd']));
  });

  it('draw nothing where there is one only', () => {
    const random = createRandom(2);
    pickWording({ common: ['a'], training: ['b'] }, 'evaluation', random);
    expect(random.integer(0, 999_999)).toBe(createRandom(2).integer(0, 999_999));
  });

  it('take values by name and keep what has none', () => {
    expect(fill('{a} or {b}: {answer}', { a: 1, b: 'x' })).toBe('1 or x: {answer}');
  });
});
