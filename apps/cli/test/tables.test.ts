import { describe, expect, it } from 'vitest';
import { describeComparison, drawComparison } from '../src/comparison-table.ts';
import { describeResult } from '../src/notes.ts';
import { createStyle } from '../src/render/style.ts';
import { drawStatistics } from '../src/statistics-table.ts';
import { formatCount, formatRate, formatRatio, formatTime } from '../src/table.ts';
import { documents, fallbackEvents, parallelEvents, sequentialEvents } from './fake-decoder.ts';

const options = { style: createStyle({ colors: false }), columns: 79 };

const resultOf = (events: ReturnType<typeof parallelEvents>) => {
  const last = events.at(-1)!;
  if (last.type !== 'finish') throw new Error('no result');
  return last.result;
};
const parallel = resultOf(parallelEvents(documents));
const sequential = resultOf(sequentialEvents(documents));

it('shows what each stage did, and the answer as a whole', () => {
  expect(`\n${drawStatistics(parallel.statistics, options).join('\n')}\n`).toBe(`
             tokens   forward passes     time   tokens/s
prompt           20                2     4 ms      5,000
outline          40               40    80 ms        500
branches         89               59   118 ms        754
conclusion       42               42    84 ms        500
────────────────────────────────────────────────────────
answer          209              141   282 ms        741
`);
});

it('tells what became of drafts', () => {
  const statistics = { ...parallel.statistics, drafts: { proposed: 1200, accepted: 45 } };
  expect(drawStatistics(statistics, options).at(-1)).toBe('Drafts: 45 of 1,200 tokens were right.');
});

it('shows both runs side by side and the gain', () => {
  expect(`\n${drawComparison({ sequential, parallel }, options).join('\n')}\n`).toBe(`
                 sequential   parallel    gain
answer tokens           209        209
forward passes          209        141   1.48x
  outline                           40
  branches                          59
  conclusion                        42
time                 418 ms     282 ms   1.48x
  outline                        80 ms
  branches                      118 ms
  conclusion                     84 ms
tokens/s                500        741   1.48x
`);
});

it('draws closer columns in a narrow terminal', () => {
  const [head] = drawStatistics(parallel.statistics, { ...options, columns: 50 });
  expect(head).toBe('           tokens forward passes   time tokens/s');
});

it('says whether the answers are the same and what was measured', () => {
  expect(describeComparison({ sequential, parallel }, options)).toEqual([
    'Both answers are the same.',
    'Measured after a warm-up; reading the prompt (20 tokens) is left out.',
  ]);
  const other = { ...parallel, text: 'something else' };
  expect(describeComparison({ sequential, parallel: other }, options)[0]).toBe('The answers differ.');
});

describe('the notes about a result', () => {
  it('are none for a complete parallel answer', () => {
    expect(describeResult(parallel)).toEqual([]);
  });

  it('say that there was nothing parallel, and why', () => {
    expect(describeResult(resultOf(fallbackEvents(documents)))).toEqual([
      'decoded in order, not in parallel: the list of steps was malformed',
    ]);
  });

  it('say what was cut off', () => {
    const branches = parallel.branches.map((branch) => ({ ...branch, finishReason: 'length' as const }));
    expect(describeResult({ ...parallel, finishReason: 'length', branches })).toEqual([
      '3 of 3 steps were cut off at a token limit',
      "the answer was cut off at a token limit (--max-tokens, or the model's context)",
    ]);
  });

  it('say what verification found, and from where on the answer was repaired', () => {
    const answer = { tokens: 90, agreeing: 88, firstDifference: 60 };
    const notesOf = (repaired: boolean) =>
      describeResult({ ...parallel, verification: { answer, branches: [], repaired } });
    const share = '88 of 90 tokens before the conclusion are those of decoding in order';
    expect(notesOf(false)).toEqual([share]);
    expect(notesOf(true)).toEqual([`${share}; from number 61 on the answer was decoded again`]);
  });
});

it('writes numbers for people', () => {
  expect(formatCount(12345)).toBe('12,345');
  expect(formatTime(12.4)).toBe('12 ms');
  expect(formatTime(12_345)).toBe('12.35 s');
  expect(formatRate(12.34)).toBe('12.3');
  expect(formatRate(1234.5)).toBe('1,235');
  expect(formatRatio(10, 4)).toBe('2.50x');
  expect(formatRatio(10, 0)).toBe('');
});
