import type { Stage, StageEvent } from './events.ts';
import type { Run } from './run.ts';

/** Does some work as one stage: tells its start and its end, and measures it. */
export async function* inStage<Result>(
  run: Run,
  stage: Stage,
  work: AsyncGenerator<StageEvent, Result>,
): AsyncGenerator<StageEvent, Result> {
  run.meter.start(stage);
  yield { type: 'stage-start', stage };
  const result = yield* work;
  yield { type: 'stage-end', stage, statistics: run.meter.end() };
  return result;
}
