import { factsOfDocuments } from './documents/facts.ts';
import type { Problem } from './problem.ts';
import { factsOfRetrieval } from './retrieval/facts.ts';
import type { StatedFact } from './stated-fact.ts';

/**
 * States what the items tell besides what is asked: a list for each field, or for all documents. A model that learns to look
 * things up gets more to look up from the same prompt. Empty for planning.
 *
 * @example
 * ```ts
 * const [problem] = createProblems({ family: 'retrieval', seed: 7 });
 * writeFacts(problem); // [[{ title: 'Ann Lee', given: ' Age is', body: ' 23,' }, ...]]
 * ```
 */
export function writeFacts(problem: Problem): StatedFact[][] {
  switch (problem.family) {
    case 'retrieval':
      return factsOfRetrieval(problem);
    case 'documents':
      return factsOfDocuments(problem);
    case 'planning':
      return [];
    default:
      return problem satisfies never;
  }
}
