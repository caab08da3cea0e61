import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createProblems,
  formatSolution,
  generateMix,
  type MixPart,
  readProblems,
  scoreAnswer,
  TasksError,
  toJsonLine,
  writeFacts,
  writeSolution,
} from '../src/index.ts';

const parts: MixPart[] = [
  { family: 'retrieval', weight: 2, kind: { 'one-block': 3, refusal: 1 }, items: { min: 3, max: 12 } },
  { family: 'retrieval', language: 'zh', difficulty: 3, kind: 'two-rounds' },
  { family: 'documents', kind: 'two-questions', difficulty: 2 },
  { family: 'planning', kind: { 'one-block': 1, nested: 1, direct: 1 } },
];
const mix = { seed: 51, count: 200, split: 'training', parts } as const;

describe('mixes', () => {
  it('are the same for the same seed, in random order, by weight, with ids of their own', () => {
    const problems = [...generateMix(mix)];
    expect([...generateMix({ ...mix, count: 50 })]).toEqual(problems.slice(0, 50));
    expect(new Set(problems.map(({ id }) => id)).size).toBe(200);
    const retrieval = problems.filter(({ family }) => family === 'retrieval').length;
    // 120, with a standard deviation of 7.
    expect(Math.abs(retrieval - 120)).toBeLessThan(30);
    expect(new Set(problems.slice(0, 20).map(({ family }) => family)).size).toBe(3);
    expect(problems.every(({ split }) => split === 'training')).toBe(true);
  });

  it('refuse no part and weights of nothing', () => {
    expect(() => generateMix({ ...mix, parts: [] })).toThrow(RangeError);
    expect(() => generateMix({ ...mix, parts: [{ family: 'planning', weight: 0 }] })).toThrow(RangeError);
  });
});

describe('toJsonLine', () => {
  it('writes one line with all fields', () => {
    const [problem] = createProblems({ family: 'retrieval', seed: 52 });
    const line = toJsonLine(problem!, writeSolution(problem!));
    expect(line).not.toContain('\n');
    const fields = 'id family kind language difficulty split prompt sections gold gold_keys labels';
    expect(Object.keys(JSON.parse(line))).toEqual(fields.split(' '));
    expect(JSON.parse(line)).toMatchObject({
      gold_keys: [problem!.gold],
      labels: ['name'],
      split: 'evaluation',
    });
  });
});

describe('readProblems', () => {
  it('reads lines of its own so that answers score as before', () => {
    const problems = [...generateMix(mix)];
    const lines = problems.map((problem) => toJsonLine(problem, writeSolution(problem)));
    const read = readProblems(`${lines.join('\n')}\n`);
    expect(read.map(({ id, prompt }) => ({ id, prompt }))).toEqual(
      problems.map(({ id, prompt }) => ({ id, prompt })),
    );
    problems.forEach((problem, index) => {
      const right = formatSolution(writeSolution(problem));
      for (const answer of [right, `${right}x`, right.replace('####', '#### '), 'name: x', '']) {
        expect(scoreAnswer(read[index]!, answer)).toEqual(scoreAnswer(problem, answer));
      }
    });
  });

  it('takes the gold keys of others as accepted answers of the last line', () => {
    const [listed, single] = readProblems(
      '{"prompt": "Who?", "gold_keys": ["Ann Lee", "A. Lee"], "extra": 1}\n\n{"prompt": "Where?", "gold_keys": "Rome"}',
    );
    expect(listed).toMatchObject({ id: 'line-1', prompt: 'Who?', family: 'data-set' });
    expect(scoreAnswer(listed!, 'Well.\n####%%%%\nIt is A. Lee.').correct).toBe(true);
    expect(scoreAnswer(listed!, 'name: Ann Lee')).toMatchObject({ correct: true, found: 'name: Ann Lee' });
    expect(scoreAnswer(listed!, 'Ann Lee?\nNo, Bob.')).toMatchObject({
      correct: false,
      reason: 'wrong-answer',
    });
    expect(scoreAnswer(single!, '')).toMatchObject({ correct: false, reason: 'no-answer-line' });
    expect(single!.id).toBe('line-3');
  });

  it.each([
    ['{"prompt"', 'not-json'],
    ['null', 'missing-prompt'],
    ['{"gold_keys": ["a"]}', 'missing-prompt'],
    ['{"prompt": "Who?"}', 'missing-gold-keys'],
    ['{"prompt": "Who?", "gold_keys": []}', 'missing-gold-keys'],
    ['{"prompt": "Who?", "gold_keys": [1]}', 'missing-gold-keys'],
    ['{"prompt": "Who?", "gold_keys": ["Ann", " "]}', 'missing-gold-keys'],
    ['{"family": "retrieval", "labels": [], "prompt": "Who?", "gold_keys": "Ann"}', 'unequal-labels'],
  ])('refuses %s', (text, code) => {
    const jsonl = `{"prompt": "Who?", "gold_keys": "Ann"}\n${text}`;
    expect(() => readProblems(jsonl)).toThrow(TasksError);
    expect(() => readProblems(jsonl)).toThrow(expect.objectContaining({ code, line: 2 }));
  });
});

describe('write-jsonl', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const script = new URL('../scripts/write-jsonl.mjs', import.meta.url).href;
  const { writeJsonLines } = await import(script);
  const out = join(folder, 'lines.jsonl');

  it('writes one family', async () => {
    const options =
      '--family documents --split training --count 30 --seed 9 --items 3-5 --kind refusal --language zh';
    await writeJsonLines([...options.split(' '), '--out', out]);
    const problems = createProblems({
      family: 'documents',
      split: 'training',
      count: 30,
      seed: 9,
      items: { min: 3, max: 5 },
      kind: 'refusal',
      language: 'zh',
    });
    const lines = problems.map(
      (problem) => `${toJsonLine(problem, writeSolution(problem), writeFacts(problem))}\n`,
    );
    expect(readFileSync(out, 'utf8')).toBe(lines.join(''));
  });

  it('writes a mix', async () => {
    const file = join(folder, 'mix.json');
    writeFileSync(file, JSON.stringify({ parts, seed: 1, split: 'training' }));
    await writeJsonLines(['--mix', file, '--count', '40', '--seed', '51', '--out', out]);
    const ids = readProblems(readFileSync(out, 'utf8')).map(({ id }) => id);
    expect(ids).toEqual([...generateMix({ ...mix, count: 40 })].map(({ id }) => id));
  });

  it.each([
    ['no family', '--split training'],
    ['no split', '--family planning'],
    ['a family beside a mix', '--mix mix.json --family planning --split training'],
  ])('refuses %s', async (_, options) => {
    await expect(writeJsonLines(options.split(' '))).rejects.toThrow(RangeError);
  });
});
