import { type AnswerRecord, type EvaluationMode, modeLabels } from '@beltline/evaluation';
import type { LoadProgress } from '@beltline/node';
import type { Environment } from '../environment.ts';
import { createLiveScreen } from '../render/live-screen.ts';
import { describeLoading, drawBar } from '../render/status.ts';
import { canMoveCursor } from '../render/style.ts';
import { fitStart } from '../render/text-width.ts';
import { formatDuration } from '../table.ts';

/** Tells how an evaluation is getting on. */
export interface EvalProgress {
  loading(progress?: LoadProgress): void;
  answered(record: AnswerRecord): void;
  close(): void;
}

export interface EvalProgressOptions {
  readonly environment: Pick<Environment, 'stderr' | 'env' | 'signal'>;
  readonly quiet: boolean;
  readonly modes: readonly EvaluationMode[];
  /** Answers that there will be. */
  readonly total: number;
  /** Those that there are already. */
  readonly records: readonly AnswerRecord[];
  /** Clock in ms. */
  readonly now?: () => number;
}

/** A bar that is drawn over again in a terminal; nothing elsewhere. */
export function createEvalProgress(options: EvalProgressOptions): EvalProgress {
  const { environment, quiet, modes, total, now = () => performance.now() } = options;
  const { stderr, env, signal } = environment;
  const records = [...options.records];
  const before = records.length;
  let loading: string | undefined;
  /** When the first answer was there: what came before it says nothing of the pace. */
  let firstAt: number | undefined;

  function draw({ columns }: { columns: number }): string[] {
    if (loading !== undefined) return [fitStart(loading, columns)];
    const since = records.length - before - 1;
    const left = since > 0 ? ((now() - firstAt!) / since) * (total - records.length) : undefined;
    const time = left === undefined ? '' : `  ${formatDuration(left / 1000)} left`;
    const bar = `${drawBar(records.length / total)}  ${records.length} of ${total} answers${time}`;
    return [bar, modes.map((mode) => describeMode(mode, records)).join('  ')].map((line) =>
      fitStart(line, columns),
    );
  }

  const screen =
    !quiet && canMoveCursor(stderr, env) ? createLiveScreen({ stream: stderr, signal, draw }) : undefined;
  return {
    loading(progress) {
      loading = describeLoading(progress);
      screen?.request();
    },
    answered(record) {
      loading = undefined;
      firstAt ??= now();
      records.push(record);
      screen?.request();
    },
    close: () => screen?.clear(),
  };
}

function describeMode(mode: EvaluationMode, records: readonly AnswerRecord[]): string {
  const answers = records.filter((record) => record.mode === mode);
  return `${modeLabels[mode]} ${answers.filter(({ correct }) => correct).length} of ${answers.length} right`;
}
