import type { DraftStatistics, GenerationStatistics, Stage } from '@beltline/node';
import { drawTable, formatCount, formatRate, formatTime, type TableOptions, type TableRow } from './table.ts';

/** What a stage is called in front of people. */
export const stageNames: Record<Stage, string> = {
  prefill: 'prompt',
  outline: 'outline',
  branches: 'branches',
  verification: 'verification',
  conclusion: 'conclusion',
  sequential: 'sequential',
};

/** What each stage of a generation did, and the whole after the prompt. */
export function drawStatistics(statistics: GenerationStatistics, options: TableOptions): string[] {
  const head = ['tokens', 'forward passes', 'time', 'tokens/s'];
  const rows = statistics.stages.map((stage) => toRow(stageNames[stage.stage], stage.tokens, stage));
  const total = toRow('answer', statistics.answerTokens, statistics);
  const table = drawTable(head, [...rows, { ...total, kind: 'total' }], options);
  const { drafts } = statistics;
  return drafts ? [...table, '', describeDrafts(drafts)] : table;
}

function describeDrafts({ proposed, accepted }: DraftStatistics): string {
  return `Drafts: ${formatCount(accepted)} of ${formatCount(proposed)} tokens were right.`;
}

type Work = Pick<GenerationStatistics, 'forwardPasses' | 'milliseconds' | 'tokensPerSecond'>;

function toRow(label: string, tokens: number, work: Work): TableRow {
  const { forwardPasses, milliseconds, tokensPerSecond } = work;
  return {
    label,
    values: [
      formatCount(tokens),
      formatCount(forwardPasses),
      formatTime(milliseconds),
      formatRate(tokensPerSecond),
    ],
  };
}
