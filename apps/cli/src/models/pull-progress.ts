import type { PullEvent } from '@beltline/models';
import type { Environment } from '../environment.ts';
import { createLiveScreen } from '../render/live-screen.ts';
import { drawBar } from '../render/status.ts';
import { canMoveCursor } from '../render/style.ts';
import { fitEnd, fitStart } from '../render/text-width.ts';
import { formatDuration, formatSize } from '../table.ts';

/** Tells on the standard error how a download is getting on. */
export interface PullProgress {
  event(event: PullEvent): void;
  close(): void;
}

/** A bar that is drawn over again in a terminal; elsewhere one line for the start and one for each notice. */
export function createPullProgress(
  { stderr, env, signal }: Pick<Environment, 'stderr' | 'env' | 'signal'>,
  now: () => number = () => performance.now(),
): PullProgress {
  const pace = createPace(now);
  const status = { file: '', done: 0, total: 0 };
  const screen = canMoveCursor(stderr, env)
    ? createLiveScreen({
        stream: stderr,
        signal,
        now,
        draw: ({ columns }) => [fitEnd(status.file, columns), fitStart(describe(status, pace), columns)],
      })
    : undefined;

  function say(line: string): void {
    screen?.clear();
    stderr.write(`${line}\n`);
  }

  return {
    event(event) {
      switch (event.type) {
        case 'pull-start':
          Object.assign(status, { done: event.done, total: event.total });
          if (event.done < event.total) say(describeStart(event));
          break;
        case 'pull-delta':
          Object.assign(status, event);
          pace.add(event.done);
          screen?.request();
          break;
        case 'pull-notice':
          say(`${event.message[0]!.toUpperCase()}${event.message.slice(1)}.`);
          break;
        case 'pull-end':
          break;
        default:
          event satisfies never;
      }
    },
    close: () => screen?.clear(),
  };
}

function describeStart({ model, files, done, total }: Extract<PullEvent, { type: 'pull-start' }>): string {
  const here = done > 0 ? `, of which ${formatSize(done)} are here` : '';
  return `Downloading ${model}: ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${formatSize(total)}${here}`;
}

function describe({ done, total }: { done: number; total: number }, pace: Pace): string {
  const share = total > 0 ? done / total : 1;
  const parts = [
    drawBar(share),
    `${Math.floor(100 * share)} %`,
    `${formatSize(done)} of ${formatSize(total)}`,
  ];
  const rate = pace.rate();
  if (rate > 0) parts.push(`${formatSize(rate)}/s`, `${formatDuration((total - done) / rate)} left`);
  return parts.join('  ');
}

interface Pace {
  add(done: number): void;
  /** Bytes per second of late; 0 while it is not known. */
  rate(): number;
}

/** Time over which the pace is measured, in ms: short enough to follow changes, long enough to be calm. */
const WINDOW = 5000;

function createPace(now: () => number): Pace {
  let samples: { readonly time: number; readonly done: number }[] = [];
  return {
    add(done) {
      const time = now();
      const last = samples.at(-1);
      // What goes back is fetched again, and says nothing of the pace.
      if (last && done < last.done) samples = [];
      samples = samples.filter((sample) => time - sample.time <= WINDOW);
      if (!last || time - last.time >= 100 || samples.length === 0) samples.push({ time, done });
    },
    rate() {
      const [first, last] = [samples[0], samples.at(-1)];
      if (!first || !last || last.time - first.time < 500) return 0;
      return (1000 * (last.done - first.done)) / (last.time - first.time);
    },
  };
}
