import type { LoadProgress, Stage } from '@beltline/node';
import { formatSize } from '../table.ts';
import type { AnswerView } from './answer-view.ts';

/** What the loading of a model is at, in one line. */
export function describeLoading(progress: LoadProgress | undefined): string {
  if (!progress) return 'Loading the model';
  const { phase, done, total } = progress;
  const bar = drawBar(total > 0 ? done / total : 0);
  if (phase === 'build') return `Building the graph  ${bar}`;
  return progress.notice ?? `Downloading  ${bar}  ${formatSize(done)} of ${formatSize(total)}`;
}

/** What a running generation is at, in one line. */
export function describeStage({ stage, sections, prefill }: AnswerView): string {
  if (prefill) {
    const what = stage === 'prefill' ? 'Reading the prompt' : 'Reading the steps';
    return `${what}  ${drawBar(prefill.done / prefill.tokens)}  ${prefill.done} of ${prefill.tokens} tokens`;
  }
  const block = sections.findLast((section) => section.type === 'block');
  const steps = block?.type === 'block' ? block.steps : [];
  return describe(stage, steps.length, steps.filter(({ state }) => state === 'done').length);
}

function describe(stage: Stage | undefined, steps: number, done: number): string {
  switch (stage) {
    case undefined:
      return 'Finishing';
    case 'prefill':
      return 'Reading the prompt';
    case 'outline':
      return steps > 0 ? `Listing the steps, ${steps} so far` : 'Listing the steps';
    case 'branches':
      return `Decoding ${steps - done} steps at once${done > 0 ? `, ${done} done` : ''}`;
    case 'verification':
      return 'Verifying the steps';
    case 'conclusion':
      return 'Concluding';
    case 'sequential':
      return 'Decoding in order';
    default:
      return stage satisfies never;
  }
}

const barWidth = 20;

/** @param share in [0, 1]. */
export function drawBar(share: number): string {
  const full = Math.round(share * barWidth);
  return '━'.repeat(full) + '─'.repeat(barWidth - full);
}
