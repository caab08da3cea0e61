import { type AnswerShape, modeLabels, type SpeedSummary, type Spread } from '@beltline/evaluation';
import { drawTable, formatCount, formatRate, type TableOptions } from '../table.ts';

export interface SpeedReport {
  readonly summary: SpeedSummary;
  readonly context: number;
  readonly answer: AnswerShape;
}

/** What was measured, ratios first; nothing for what has no sample yet. */
export function drawSpeed({ summary, context, answer }: SpeedReport, options: TableOptions): string[] {
  const { prefill, steps, answers } = summary;
  const { dim } = options.style;
  const title = `Whole answers: ${answer.branches} branches of ${answer.branchTokens} tokens, titles of ${answer.titleTokens}, a conclusion of ${answer.conclusionTokens}`;
  const parts = [
    answers.length > 0 && [
      dim(title),
      ...drawTable(
        ['speed-up', 'tokens/s', ...spreadHead],
        answers.map(({ mode, speedup, tokensPerSecond, ...spread }) => ({
          label: modeLabels[mode],
          values: [ratio(speedup), formatRate(tokensPerSecond), ...spreadValues(spread)],
        })),
        options,
      ),
    ],
    steps.length > 0 && [
      dim(`Lock steps over ${formatCount(context)} tokens; one row is sequential decoding`),
      ...drawTable(
        ['cost', 'gain', 'tokens/s', ...spreadHead],
        steps.map(({ rows, cost, gain, tokensPerSecond, ...spread }) => ({
          label: `${rows} ${rows === 1 ? 'row' : 'rows'}`,
          values: [ratio(cost), ratio(gain), formatRate(tokensPerSecond), ...spreadValues(spread)],
        })),
        options,
      ),
    ],
    prefill && [
      dim('The prompt'),
      ...drawTable(
        ['tokens/s', ...spreadHead],
        [
          {
            label: `${formatCount(context)} tokens`,
            values: [formatRate(prefill.tokensPerSecond), ...spreadValues(prefill)],
          },
        ],
        options,
      ),
    ],
  ];
  return parts.flatMap((lines) => (lines ? [...lines, ''] : [])).slice(0, -1);
}

const spreadHead = ['median ms', 'quartiles', 'min', 'times'];

/** Fewer than four times have no quartiles worth the name. */
function spreadValues({ median, lowerQuartile, upperQuartile, min, count }: Spread): string[] {
  const format = (milliseconds: number) =>
    milliseconds.toFixed(milliseconds < 10 ? 2 : milliseconds < 100 ? 1 : 0);
  return [
    format(median),
    count < 4 ? '' : `${format(lowerQuartile)}-${format(upperQuartile)}`,
    format(min),
    formatCount(count),
  ];
}

function ratio(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(2)}x`;
}
