import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromFragment, toFragment } from '../src/share-link.ts';

test('a link brings back any question', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== ''),
      fc.constantFrom('recompute' as const, 'reuse' as const),
      (question, join) => {
        const { href } = new URL(`#${toFragment({ question, join })}`, 'https://example.org/playground/');
        expect(fromFragment(new URL(href).hash)).toEqual({ question, join });
      },
    ),
    { seed: 4 },
  );
});

test('a fragment without a question means nothing', () => {
  for (const fragment of ['', '#', '#q=', '#q=%20', '#join=reuse']) {
    expect(fromFragment(fragment)).toBeUndefined();
  }
});
