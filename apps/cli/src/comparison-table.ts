import type { GenerationResult, GenerationStatistics, StageStatistics } from '@beltline/node';
import { wrapText } from './render/wrap.ts';
import { stageNames } from './statistics-table.ts';
import {
  drawTable,
  formatCount,
  formatRate,
  formatRatio,
  formatTime,
  type TableOptions,
  type TableRow,
} from './table.ts';

/** The same prompt answered in both ways. */
export interface Comparison {
  readonly sequential: GenerationResult;
  readonly parallel: GenerationResult;
}

/** Both runs side by side, and how many times better the parallel one is. */
export function drawComparison({ sequential, parallel }: Comparison, options: TableOptions): string[] {
  const { style } = options;
  const [before, after] = [sequential.statistics, parallel.statistics];
  const stages = (read: (stage: StageStatistics) => string): TableRow[] =>
    decodingStages(after).map((stage) => ({
      label: stageNames[stage.stage],
      values: ['', read(stage)],
      kind: 'sub',
    }));
  const rows: TableRow[] = [
    {
      label: 'answer tokens',
      values: [formatCount(before.answerTokens), formatCount(after.answerTokens)],
    },
    {
      label: 'forward passes',
      values: [
        formatCount(before.forwardPasses),
        formatCount(after.forwardPasses),
        style.green(formatRatio(before.forwardPasses, after.forwardPasses)),
      ],
    },
    ...stages(({ forwardPasses }) => formatCount(forwardPasses)),
    {
      label: 'time',
      values: [
        formatTime(before.milliseconds),
        formatTime(after.milliseconds),
        style.green(formatRatio(before.milliseconds, after.milliseconds)),
      ],
    },
    ...stages(({ milliseconds }) => formatTime(milliseconds)),
    {
      label: 'tokens/s',
      values: [
        formatRate(before.tokensPerSecond),
        formatRate(after.tokensPerSecond),
        style.green(formatRatio(after.tokensPerSecond, before.tokensPerSecond)),
      ],
    },
  ];
  return drawTable(['sequential', 'parallel', 'gain'], rows, options);
}

/** Whether both answers are the same, and what the numbers mean. */
export function describeComparison({ sequential, parallel }: Comparison, options: TableOptions): string[] {
  const { style, columns } = options;
  const isSame = sequential.text === parallel.text;
  const promptTokens = formatCount(sequential.statistics.promptTokens);
  return [
    isSame ? style.green('Both answers are the same.') : style.yellow('The answers differ.'),
    ...wrapText(
      `Measured after a warm-up; reading the prompt (${promptTokens} tokens) is left out.`,
      columns,
    ).map(style.dim),
  ];
}

/** Where the parallel run fell back there is but one stage, which says nothing more. */
function decodingStages({ stages }: GenerationStatistics): StageStatistics[] {
  const decoding = stages.filter(({ stage }) => stage !== 'prefill');
  return decoding.length > 1 ? decoding : [];
}
