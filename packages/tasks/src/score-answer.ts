import { finalLines } from './answer-text.ts';
import { scorePlanning } from './planning/score.ts';
import type { PlanningProblem, Problem } from './problem.ts';
import type { Score } from './score.ts';

/** The part of a problem that its answers are compared with. */
export type Scorable =
  | Pick<Exclude<Problem, PlanningProblem>, 'family' | 'gold' | 'goldKeys' | 'labels'>
  | (Pick<PlanningProblem, 'family' | 'kind' | 'gold' | 'goldKeys'> & {
      readonly task: Pick<PlanningProblem['task'], 'details'>;
    });

/**
 * Scores an answer exactly; the answer may be in the format or plain.
 *
 * Retrieval and documents: for each label, the last line that begins with it and a colon, after the last `####%%%%` if there
 * is one, must give the gold answer. Planning: the steps' titles must be the aspects, each once and with a body, in any
 * case of letters; a direct question must be answered without steps in a text that names the aspect.
 *
 * @example
 * ```ts
 * const [problem] = createProblems({ family: 'documents', seed: 7 });
 * scoreAnswer(problem, `Answer: ${problem.gold}`).correct; // true
 * ```
 */
export function scoreAnswer(problem: Scorable, answerText: string): Score {
  switch (problem.family) {
    case 'retrieval':
    case 'documents':
      return scoreLines(problem, answerText);
    case 'planning':
      return scorePlanning(problem, answerText);
    default:
      return problem satisfies never;
  }
}

/** Compares the last line of each label with its gold key, character by character. */
export function scoreLines(
  { gold, goldKeys, labels }: Pick<Problem, 'gold' | 'goldKeys' | 'labels'>,
  answerText: string,
): Score {
  const lines = finalLines(answerText);
  const answers = labels.map((label) => {
    const begins = (line: string) => line.startsWith(`${label}:`) || line.startsWith(`${label}：`);
    return lines
      .findLast(begins)
      ?.slice(label.length + 1)
      .trim();
  });
  const given = answers.filter((answer) => answer !== undefined);
  const found = given.length === 0 ? undefined : given.join(', ');
  const result = (reason: Score['reason']) => ({
    correct: reason === 'right',
    expected: gold,
    found,
    reason,
  });
  if (given.length < labels.length) return result('no-answer-line');
  return result(answers.every((answer, index) => answer === goldKeys[index]) ? 'right' : 'wrong-answer');
}
