import type { KvCache } from '@beltline/backend';
import { createSlotTable, createStrands } from '@beltline/mask';
import { expect, test } from 'vitest';
import { findCausalLine } from '../src/causal-line.ts';

/** Slots as columns: above the strand, below the position; `parents` of strand 1, 2, ... */
function lineOf(drawn: string, ...parents: (number | number[])[]): string {
  const [strandsOf, positions] = drawn.split('\n').map((row) => [...row.trim()].map(Number));
  const strands = createStrands();
  for (const each of parents) strands.add(each);
  const slots = createSlotTable(32);
  slots.append(strandsOf!, positions!);
  return findCausalLine({ strands, slots } as unknown as KvCache).join('');
}

test.each([
  ['is a prompt', [], '0000\n0123', '0123'],
  ['goes on in the first branch of a fork', [0, 0], '00121212\n01223344', '01246'],
  ['is none without its beginning', [], '00\n12', ''],
  ['ends at a hole', [], '000\n013', '01'],
  [
    'goes on below the first branch, where a join has dropped the others',
    [0, 0, 1],
    '0011333\n0123456',
    '0123456',
  ],
  ['has no join that saw several branches', [0, 0, [1, 2]], '001233\n012234', '012'],
  ['may take the branch that entered first, whatever its number', [0, 0], '00221\n01232', '0123'],
  ['does not take what saw a token that is not on it', [0], '00101\n01323', '013'],
  ['ends where the trunk goes on beside a branch', [0], '0010\n0122', '012'],
])('the line %s', (_, parents, drawn, expected) => {
  expect(lineOf(drawn, ...parents)).toBe(expected);
});
