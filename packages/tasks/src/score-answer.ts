import { scoreDocuments } from './documents.ts';
import { scorePlanning } from './planning.ts';
import type { Problem } from './problem.ts';
import type { Score } from './score.ts';

/**
 * Scores an answer exactly; the answer may be in the format or plain.
 *
 * Documents: the last line that begins with `Answer:`, after the last `####%%%%` if there is one, must be the gold
 * answer. Planning: the steps' titles must be the aspects, each once and with a body, and the last line the gold line;
 * a plain answer has no steps and is wrong.
 *
 * @example
 * ```ts
 * const [problem] = createProblems({ family: 'documents', seed: 7 });
 * scoreAnswer(problem, `Answer: ${problem.gold}`).correct; // true
 * ```
 */
export function scoreAnswer(problem: Problem, answerText: string): Score {
  switch (problem.family) {
    case 'documents':
      return scoreDocuments(problem, answerText);
    case 'planning':
      return scorePlanning(problem, answerText);
    default:
      return problem satisfies never;
  }
}
