import { finalLines } from './answer-text.ts';
import { type PlanningScorable, scorePlanning } from './planning/score.ts';
import type { PlanningProblem, Problem } from './problem.ts';
import type { Score } from './score.ts';

/** The part of a problem that its answers are compared with. */
export type Scorable = LinesScorable | PlanningScorable | DataSetScorable;

type LinesScorable = Pick<Exclude<Problem, PlanningProblem>, 'family' | 'gold' | 'goldKeys' | 'labels'>;

/** A problem of another data set, see `readProblems`. */
interface DataSetScorable extends Pick<Problem, 'gold' | 'goldKeys'> {
  readonly family: 'data-set';
}

/**
 * Scores an answer exactly; the answer may be in the format or plain.
 *
 * Retrieval and documents: for each label, the last line that begins with it and a colon, after the last `####%%%%` if there
 * is one, must give the gold answer. Planning: the steps' titles must be the aspects, each once and with a body, in any
 * case of letters; a direct question must be answered without steps in a text that names the aspect. Data sets of others:
 * the last line must contain one of the gold keys.
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
    case 'data-set':
      return scoreLastLine(problem, answerText);
    default:
      return problem satisfies never;
  }
}

/** Compares the last line of each label with its gold key, character by character. */
function scoreLines({ gold, goldKeys, labels }: LinesScorable, answerText: string): Score {
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

function scoreLastLine({ gold, goldKeys }: DataSetScorable, answerText: string): Score {
  const found = finalLines(answerText).at(-1);
  const correct = found !== undefined && goldKeys.some((key) => found.includes(key));
  const reason = correct ? 'right' : found === undefined ? 'no-answer-line' : 'wrong-answer';
  return { correct, expected: gold, found, reason };
}
