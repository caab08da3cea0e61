import type { RaceStore } from './race-store.ts';
import type { RunRecord } from './run-state.ts';

/** A race as JSON: the question, and of each run its result and its events with their times in ms. */
export function exportRace({ question, shown }: RaceStore): string {
  const runs = [shown.parallel.value, shown.sequential.value].flatMap((item) =>
    item ? [toPlain(item.run)] : [],
  );
  return `${JSON.stringify({ version: 1, question: question.value, runs }, null, 1)}\n`;
}

function toPlain({ mode, events, promptReadAt, states }: RunRecord) {
  return { mode, promptReadAt, result: states.at(-1)!.result, events };
}
