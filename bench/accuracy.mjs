/**
 * Answers the same generated problems sequentially and in parallel and prints what came of it as a table.
 *
 *   npm run build && node bench/accuracy.mjs --count 100 --seed 1000
 *
 * Options: --model NAME|FOLDER, --count N per family, --seed N, --join recompute|reuse, --threads N. Greedy decoding.
 */
import { parseArgs } from 'node:util';
import { loadDecoder } from '@beltline/node';
import { createProblems, scoreAnswer } from '@beltline/tasks';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1000' },
    join: { type: 'string', default: 'recompute' },
    threads: { type: 'string' },
  },
});
const modes = ['sequential', 'parallel'];

const decoder = await loadDecoder(values.model, values.threads ? { threads: Number(values.threads) } : {});
await decoder.generate('Warm up.', { maxTokens: 20 }).result();
const rows = [];
for (const family of ['documents', 'planning']) {
  const problems = createProblems({ family, seed: Number(values.seed), count: Number(values.count) });
  const answers = [];
  for (const [index, problem] of problems.entries()) {
    answers.push(await answerInBothModes(problem, index));
    process.stderr.write(`\r${family}: ${index + 1} of ${problems.length}`);
  }
  process.stderr.write('\n');
  rows.push(...summarize(family, answers));
}
await decoder.dispose();
console.table(rows);

/** The order alternates, so that neither mode always finds the warmer machine. */
async function answerInBothModes(problem, index) {
  const answer = {};
  for (const mode of index % 2 === 0 ? modes : modes.toReversed()) {
    const result = await decoder
      .generate(problem.prompt, { mode, join: values.join, maxTokens: 500 })
      .result();
    answer[mode] = {
      correct: scoreAnswer(problem, result.text).correct,
      ...result.statistics,
      fallback: result.fallback,
    };
  }
  return answer;
}

function summarize(family, answers) {
  const only = (right, wrong) =>
    answers.filter((answer) => answer[right].correct && !answer[wrong].correct).length;
  return modes.map((mode, index) => {
    const results = answers.map((answer) => answer[mode]);
    const right = results.filter(({ correct }) => correct).length;
    const passes = mean(results.map(({ forwardPasses }) => forwardPasses));
    const milliseconds = mean(results.map((result) => result.milliseconds));
    return {
      family,
      mode,
      problems: results.length,
      right: `${right} (${interval(right, results.length)})`,
      'right here only': only(mode, modes[1 - index]),
      'no outline': results.filter(({ fallback }) => fallback).length,
      'answer tokens': mean(results.map(({ answerTokens }) => answerTokens)).toFixed(1),
      'forward passes': passes.toFixed(1),
      'ms after prefill': milliseconds.toFixed(0),
      'tokens/s': ((1000 * mean(results.map(({ answerTokens }) => answerTokens))) / milliseconds).toFixed(0),
    };
  });
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Wilson's 95% interval of a share, in percent. */
function interval(right, count) {
  const z = 1.96;
  const share = right / count;
  const centre = share + z ** 2 / (2 * count);
  const spread = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  const percent = (value) => ((100 * value) / (1 + z ** 2 / count)).toFixed(0);
  return `${percent(centre - spread)}-${percent(centre + spread)}%`;
}
