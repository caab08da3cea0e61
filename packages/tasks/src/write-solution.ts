import { solveDocuments } from './documents/solution.ts';
import { solvePlanning } from './planning/solution.ts';
import type { Problem } from './problem.ts';
import { solveRetrieval } from './retrieval/solution.ts';
import type { Section, Solution } from './solution.ts';

/**
 * Works a problem out in the answer format; `scoreAnswer` finds the text of `formatSolution` right.
 *
 * @example
 * ```ts
 * const [problem] = createProblems({ family: 'retrieval', seed: 7 });
 * formatSolution(writeSolution(problem)); // 'Let us check each one.\n\n####Ann Lee: GPA is 4.85, ...'
 * ```
 */
export function writeSolution(problem: Problem): Solution {
  return { sections: sectionsOf(problem) };
}

function sectionsOf(problem: Problem): Section[] {
  switch (problem.family) {
    case 'retrieval':
      return solveRetrieval(problem);
    case 'documents':
      return solveDocuments(problem);
    case 'planning':
      return solvePlanning(problem);
    default:
      return problem satisfies never;
  }
}
