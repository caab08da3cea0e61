import type { Language } from '@beltline/format';
import { createDocumentsDraft } from './documents/draft.ts';
import { createPlanningDraft } from './planning/draft.ts';
import type { Difficulty, Draft, DraftOptions, Problem, ProblemFamily, ProblemKind } from './problem.ts';
import { createRandom, type Random } from './random.ts';
import { createRetrievalDraft } from './retrieval/draft.ts';
import type { Split } from './split.ts';

/** How many resumes, documents or aspects: exactly so many, or evenly from `min` to `max`, both included. */
export type ItemCount = number | { readonly min: number; readonly max: number };

/** One kind, or the share of each by weight. */
export type KindMix = ProblemKind | Readonly<Partial<Record<ProblemKind, number>>>;

export interface ProblemOptions<Family extends ProblemFamily = ProblemFamily> {
  readonly family: Family;
  /** A whole number of 32 bits. */
  readonly seed: number;
  /** How many problems; 1 by default. */
  readonly count?: number;
  /** From 3 to 100 resumes, 2 to 32 documents, 2 to 32 aspects; 3 to 4 by default. */
  readonly items?: ItemCount;
  /** `one-block` by default; `{ 'one-block': 9, refusal: 1 }` makes one problem in ten unanswerable. */
  readonly kind?: KindMix;
  /** English by default. */
  readonly language?: Language;
  /** 1 by default. */
  readonly difficulty?: Difficulty;
  /** `evaluation` by default: models are trained on the other names and wordings. */
  readonly split?: Split;
}

/** A problem of one family. */
export type ProblemOf<Family extends ProblemFamily> = Extract<Problem, { family: Family }>;

/** What each family can be. */
export const kindsOf: Readonly<Record<ProblemFamily, readonly ProblemKind[]>> = {
  retrieval: ['one-block', 'refusal', 'two-questions', 'two-rounds', 'direct'],
  documents: ['one-block', 'refusal', 'two-questions', 'direct'],
  planning: ['one-block', 'nested', 'direct'],
};

const defaultItems = { min: 3, max: 4 };
const itemLimits = { retrieval: [3, 100], documents: [2, 32], planning: [2, 32] } as const;

/**
 * Makes problems, the same ones for the same options; fewer problems are the first ones of more.
 *
 * @throws RangeError if the seed, the count or the number of items is not a whole number in its range, if the family has no
 * such kind, or if an option has a value that it does not know.
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
  return [...generateProblems(options)];
}

/** Makes the problems of `createProblems` one at a time: memory stays flat however many there are. */
export function generateProblems<Family extends ProblemFamily>(
  options: ProblemOptions<Family>,
): Generator<ProblemOf<Family>, undefined> {
  const settings = checkOptions(options);
  // Apart from the generator, so that mistakes are thrown here and not at the first problem.
  return generate(settings) as Generator<ProblemOf<Family>, undefined>;
}

function* generate({
  family,
  seed,
  count,
  min,
  max,
  kinds,
  ...base
}: Settings): Generator<Problem, undefined> {
  const random = createRandom(seed);
  for (let index = 0; index < count; index += 1) {
    const options = { ...base, count: random.integer(min, max), kind: drawKind(kinds, random) };
    const { language, difficulty, split } = base;
    const draft = createDraft(family, options, random);
    const id = `${family}-${split}-${seed}-${index}`;
    const gold = draft.goldKeys.join(', ');
    yield { id, family, kind: options.kind, language, difficulty, split, gold, ...draft } as Problem;
  }
}

function createDraft(family: ProblemFamily, options: DraftOptions, random: Random): Draft<Problem> {
  switch (family) {
    case 'retrieval':
      return createRetrievalDraft(options, random);
    case 'documents':
      return createDocumentsDraft(options, random);
    case 'planning':
      return createPlanningDraft(options, random);
    default:
      return family satisfies never;
  }
}

type Kinds = readonly (readonly [ProblemKind, number])[];

function drawKind(kinds: Kinds, random: Random): ProblemKind {
  return kinds.length === 1 ? kinds[0]![0] : random.pickWeighted(kinds);
}

interface Settings extends Pick<DraftOptions, 'language' | 'difficulty' | 'split'> {
  readonly family: ProblemFamily;
  readonly seed: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly kinds: Kinds;
}

function checkOptions(options: ProblemOptions): Settings {
  const { family, seed, count = 1, items = defaultItems, kind = 'one-block' } = options;
  const { language = 'en', difficulty = 1, split = 'evaluation' } = options;
  const { min, max } = typeof items === 'number' ? { min: items, max: items } : items;
  checkMember('family', family, ['retrieval', 'documents', 'planning']);
  checkMember('language', language, ['en', 'zh']);
  checkMember('difficulty', difficulty, [1, 2, 3]);
  checkMember('split', split, ['training', 'evaluation']);
  checkInteger('seed', seed, -(2 ** 31), 2 ** 32 - 1);
  checkInteger('count', count, 0, 2 ** 31);
  const [fewest, most] = itemLimits[family];
  checkInteger('items', min, fewest, most);
  checkInteger('items', max, min, most);
  const weights: Readonly<Partial<Record<ProblemKind, number>>> =
    typeof kind === 'string' ? { [kind]: 1 } : kind;
  const kinds = Object.entries(weights) as [ProblemKind, number][];
  for (const [name, weight] of kinds) {
    checkMember(`kind of family ${family}`, name, kindsOf[family]);
    if (weight > 0 && Number.isFinite(weight)) continue;
    throw new RangeError(`expected the weight of kind ${name} to be a number above 0, got ${weight}`);
  }
  if (kinds.length === 0) throw new RangeError('expected at least one kind, got none');
  return { family, seed, count, min, max, kinds, language, difficulty, split };
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`expected ${name} to be a whole number from ${min} to ${max}, got ${value}`);
}

function checkMember<T>(name: string, value: T, members: readonly T[]): void {
  if (members.includes(value)) return;
  throw new RangeError(`expected ${name} to be one of ${members.join(', ')}, got ${value}`);
}
