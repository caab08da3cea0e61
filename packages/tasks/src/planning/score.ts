import { stepsOf } from '../answer-text.ts';
import type { PlanningProblem } from '../problem.ts';
import type { Score, ScoreReason } from '../score.ts';

/** The part of a planning problem that its answers are compared with. */
export interface PlanningScorable extends Pick<PlanningProblem, 'family' | 'kind' | 'gold' | 'goldKeys'> {
  readonly task: Pick<PlanningProblem['task'], 'details'>;
}

/**
 * Right is an answer whose steps' titles are the aspects asked for, each once, in any order and case, each with a body;
 * in a nested plan each aspect is followed by all steps inside of it. The rest of the answer is free.
 */
export function scorePlanning(problem: PlanningScorable, answerText: string): Score {
  const steps = stepsOf(answerText);
  const titles = steps.map(({ title }) => title);
  const found = titles.length === 0 ? undefined : titles.join(', ');
  const reason =
    problem.kind === 'direct' ? directFault(problem, titles, answerText) : faultOf(problem, steps);
  return { correct: reason === undefined, expected: problem.gold, found, reason: reason ?? 'right' };
}

function directFault(
  { goldKeys }: PlanningScorable,
  titles: readonly string[],
  answerText: string,
): ScoreReason | undefined {
  if (titles.length > 0) return 'unexpected-step';
  const answer = answerText.toLowerCase();
  return goldKeys.every((aspect) => answer.includes(aspect.toLowerCase())) ? undefined : 'wrong-answer';
}

function faultOf(
  { goldKeys, task }: PlanningScorable,
  steps: readonly { readonly title: string; readonly body: string }[],
): ScoreReason | undefined {
  const titles = steps.map(({ title }) => title.toLowerCase());
  const aspects = goldKeys.map((aspect) => aspect.toLowerCase());
  const details = task.details.map((detail) => detail.toLowerCase());
  // Each aspect with the titles up to the next one.
  const groups = titles.flatMap((title, index) => {
    if (!aspects.includes(title)) return [];
    const next = titles.findIndex((other, position) => position > index && aspects.includes(other));
    return [{ title, inner: titles.slice(index + 1, next < 0 ? undefined : next) }];
  });
  const found = groups.map(({ title }) => title);
  if (aspects.some((aspect) => !found.includes(aspect))) return 'missing-step';
  if (titles.some((title) => !aspects.includes(title) && !details.includes(title))) return 'unexpected-step';
  if (!aspects.includes(titles[0]!)) return 'unexpected-step';
  if (found.length > aspects.length) return 'repeated-step';
  if (groups.some(({ inner }) => details.some((detail) => !inner.includes(detail)))) return 'missing-step';
  if (groups.some(({ inner }) => inner.length > details.length)) return 'repeated-step';
  if (steps.some(({ body }) => body === '')) return 'empty-step';
  return undefined;
}
