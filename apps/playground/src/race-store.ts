import type { Join } from '@beltline/decoder';
import type { WebDecoder } from '@beltline/web';
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type ModelStore, messageOf } from './model-store.ts';
import { durationOf, stateIndexAt, stepClock } from './race.ts';
import { createRunRecord, type RunMode, type RunRecord, type RunState } from './run-state.ts';

/** What is going on; `over` holds for runs that were stopped or failed, too. */
export type RacePhase = 'empty' | 'loading' | 'recording' | 'over';

/** A run and the state of it that is to be shown now. */
export interface ShownRun {
  readonly run: RunRecord;
  readonly state: RunState;
}

/** Records both runs of a question, one after the other, and shows them on one clock. */
export interface RaceStore {
  readonly phase: ReadonlySignal<RacePhase>;
  /** The run that is being recorded. */
  readonly recording: ReadonlySignal<RunMode | undefined>;
  readonly question: ReadonlySignal<string>;
  /** Why the last race did not come to its end; empty if it did. */
  readonly problem: ReadonlySignal<string>;
  readonly shown: Readonly<Record<RunMode, ReadonlySignal<ShownRun | undefined>>>;
  /** Time on the common clock, in ms; while a run is recorded it stands at that run's end. */
  readonly clock: ReadonlySignal<number>;
  /** End of the longer run, in ms. */
  readonly duration: ReadonlySignal<number>;
  readonly playing: ReadonlySignal<boolean>;
  /** Speed of the replay; 1 is as it happened. */
  readonly speed: Signal<number>;
  start(question: string, options: { readonly join: Join; readonly model: ModelStore }): void;
  stop(): void;
  play(): void;
  pause(): void;
  seek(clock: number): void;
  /** Goes to the next forward passes of a run, or back. */
  step(mode: RunMode, passes: number): void;
}

const modes: readonly RunMode[] = ['parallel', 'sequential'];

export function createRaceStore({ replay }: { replay: () => boolean }): RaceStore {
  const phase = signal<RacePhase>('empty');
  const recording = signal<RunMode | undefined>(undefined);
  const question = signal('');
  const problem = signal('');
  const runs = { parallel: signal<RunRecord | undefined>(), sequential: signal<RunRecord | undefined>() };
  /** Counts what came in, once a frame: records are changed in place. */
  const version = signal(0);
  const clock = signal(0);
  const playing = signal(false);
  const speed = signal(1);
  let stopping = new AbortController();

  const duration = computed(() => {
    version.value;
    return Math.max(0, ...modes.flatMap((mode) => (runs[mode].value ? [durationOf(runs[mode].value)] : [])));
  });
  const show = (mode: RunMode) =>
    computed((): ShownRun | undefined => {
      version.value;
      const run = runs[mode].value;
      if (!run) return undefined;
      const index = phase.value === 'over' ? stateIndexAt(run, clock.value) : run.states.length - 1;
      return { run, state: run.states[index]! };
    });
  const shown = { parallel: show('parallel'), sequential: show('sequential') };

  async function record(decoder: WebDecoder, mode: RunMode, join: Join, stopped: AbortSignal): Promise<void> {
    const run = createRunRecord(mode);
    batch(() => {
      recording.value = mode;
      runs[mode].value = run;
    });
    const refresh = createFrameThrottle(() => {
      version.value++;
      clock.value = durationOf(run);
    });
    const startedAt = performance.now();
    try {
      const options = { mode, join, trace: true, seed: 1, maxTokens: 1024, signal: stopped };
      for await (const event of decoder.generate(question.value, options)) {
        run.add(event, performance.now() - startedAt);
        refresh.request();
      }
    } finally {
      refresh.flush();
    }
  }

  async function recordBoth(join: Join, model: ModelStore): Promise<void> {
    const { signal: stopped } = stopping;
    let decoder: WebDecoder | undefined;
    try {
      decoder = await abortable(model.ready(), stopped);
      phase.value = 'recording';
      for (const mode of modes) await record(decoder, mode, join, stopped);
    } catch (error) {
      if (decoder && isBreakdown(error)) model.discard(decoder);
      if (stopped !== stopping.signal) return;
      problem.value = stopped.aborted ? 'Stopped.' : messageOf(error);
    }
    if (stopped !== stopping.signal) return;
    batch(() => {
      recording.value = undefined;
      phase.value = runs.parallel.value ? 'over' : 'empty';
      clock.value = duration.value;
    });
    if (problem.value === '' && replay()) play();
  }

  function play(): void {
    if (phase.value !== 'over' || playing.value) return;
    if (clock.value >= duration.value) clock.value = 0;
    playing.value = true;
    let last = performance.now();
    const tick = (now: number) => {
      if (!playing.value) return;
      clock.value = Math.min(duration.value, clock.value + Math.max(0, now - last) * speed.value);
      last = now;
      if (clock.value >= duration.value) playing.value = false;
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  function pause(): void {
    playing.value = false;
  }

  function seek(time: number): void {
    if (phase.value !== 'over') return;
    pause();
    clock.value = Math.min(Math.max(0, time), duration.value);
  }

  return {
    phase,
    recording,
    question,
    problem,
    shown,
    clock,
    duration,
    playing,
    speed,
    start(text, { join, model }) {
      stopping.abort();
      stopping = new AbortController();
      batch(() => {
        pause();
        question.value = text;
        problem.value = '';
        runs.parallel.value = undefined;
        runs.sequential.value = undefined;
        clock.value = 0;
        phase.value = 'loading';
      });
      void recordBoth(join, model);
    },
    stop: () => stopping.abort(),
    play,
    pause,
    seek,
    step(mode, passes) {
      const run = runs[mode].value;
      if (run) seek(stepClock(run, clock.value, passes));
    },
  };
}

/** Whether the decoder would fail every later run, too. */
function isBreakdown(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'WORKER_FAILED' || code === 'RUN_FAILED';
}

/** Calls at most once a frame. */
function createFrameThrottle(call: () => void) {
  let frame = 0;
  const run = () => {
    frame = 0;
    call();
  };
  return {
    request() {
      frame ||= requestAnimationFrame(run);
    },
    flush() {
      cancelAnimationFrame(frame);
      run();
    },
  };
}

function abortable<Value>(promise: Promise<Value>, stopped: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    stopped.addEventListener('abort', () => reject(stopped.reason), { once: true });
    promise.then(resolve, reject);
  });
}
