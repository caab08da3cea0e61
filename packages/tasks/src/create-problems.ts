import { createDocumentsDraft } from './documents.ts';
import { createPlanningDraft } from './planning.ts';
import type { Problem, ProblemFamily } from './problem.ts';
import { createRandom, type Random } from './random.ts';

/** How many documents or aspects: exactly so many, or evenly from `min` to `max`, both included. */
export type ItemCount = number | { readonly min: number; readonly max: number };

export interface ProblemOptions<Family extends ProblemFamily = ProblemFamily> {
  readonly family: Family;
  /** A whole number of 32 bits. */
  readonly seed: number;
  /** How many problems; 1 by default. */
  readonly count?: number;
  /** From 2 to 32 documents or aspects; 3 to 4 by default. */
  readonly items?: ItemCount;
}

/** A problem of one family. */
export type ProblemOf<Family extends ProblemFamily> = Extract<Problem, { family: Family }>;

const defaultItems = { min: 3, max: 4 };
const mostItems = 32;

/**
 * Makes problems, the same ones for the same options; fewer problems are the first ones of more.
 *
 * @throws RangeError if the seed, the count or the number of items is not a whole number in its range.
 *
 * @example
 * ```ts
 * const [problem] = createProblems({ family: 'documents', seed: 7 });
 * console.log(problem.prompt, problem.gold);
 * ```
 */
export function createProblems<Family extends ProblemFamily>(
  options: ProblemOptions<Family>,
): ProblemOf<Family>[] {
  const { family, seed, count = 1, items = defaultItems } = options;
  const { min, max } = typeof items === 'number' ? { min: items, max: items } : items;
  checkInteger('seed', seed, -(2 ** 31), 2 ** 32 - 1);
  checkInteger('count', count, 0, 2 ** 31);
  checkInteger('items', min, 2, mostItems);
  checkInteger('items', max, min, mostItems);
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const id = `${family}-${seed}-${index}`;
    return createProblem(family, id, random.integer(min, max), random) as ProblemOf<Family>;
  });
}

function createProblem(family: ProblemFamily, id: string, items: number, random: Random): Problem {
  switch (family) {
    case 'documents':
      return { id, family, ...createDocumentsDraft(items, random) };
    case 'planning':
      return { id, family, ...createPlanningDraft(items, random) };
    default:
      return family satisfies never;
  }
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`expected ${name} to be a whole number from ${min} to ${max}, got ${value}`);
}
