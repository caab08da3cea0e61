import type { Problem } from './problem.ts';
import type { Solution } from './solution.ts';
import type { StatedFact } from './stated-fact.ts';

/**
 * Writes a problem and its solution as one line of a data set, without the line feed.
 *
 * The fields are `id`, `family`, `kind`, `language`, `difficulty`, `split`, `prompt`, `sections`, `gold`, `gold_keys` and
 * `labels`, in this order, and `facts` where they are given.
 */
export function toJsonLine(
  problem: Problem,
  solution: Solution,
  facts?: readonly (readonly StatedFact[])[],
): string {
  const { id, family, kind, language, difficulty, split, prompt, gold, goldKeys, labels } = problem;
  const { sections } = solution;
  return JSON.stringify({
    id,
    family,
    kind,
    language,
    difficulty,
    split,
    prompt,
    sections,
    gold,
    gold_keys: goldKeys,
    labels,
    facts,
  });
}
