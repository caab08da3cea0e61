import { computed, type ReadonlySignal } from '@preact/signals';
import { formatSeconds, formatSpeedup } from './format-figures.ts';
import { verdictOf } from './race.ts';
import type { RaceStore } from './race-store.ts';

/** One sentence on where a race stands; it changes a handful of times in a race. */
export function announce(race: RaceStore): ReadonlySignal<string> {
  return computed(() => {
    switch (race.phase.value) {
      case 'empty':
        return race.problem.value;
      case 'loading':
        return 'Waiting for the model.';
      case 'recording':
        return race.recording.value === 'sequential'
          ? 'The parallel run is over. The sequential run has begun.'
          : 'The parallel run has begun.';
      case 'over':
        return race.problem.value || describeVerdict(race);
      default:
        return race.phase.value satisfies never;
    }
  });
}

function describeVerdict({ shown }: RaceStore): string {
  // Peeked at: the replay changes what is shown, but not how the race ended.
  const [parallel, sequential] = [shown.parallel.peek(), shown.sequential.peek()];
  const verdict = parallel && sequential && verdictOf(parallel.run, sequential.run);
  if (!verdict) return '';
  const times = `parallel took ${formatSeconds(verdict.parallel.milliseconds)}, sequential ${formatSeconds(verdict.sequential.milliseconds)}`;
  return `Both runs are over: ${times}, ${formatSpeedup(verdict.speedup)}.`;
}
