import { createNames, type Names } from '../names.ts';
import type { DraftOptions } from '../problem.ts';
import type { Random } from '../random.ts';
import { divide, type Split } from '../split.ts';
import * as chinese from '../words/chinese.ts';
import * as english from '../words/english.ts';
import type { Measure, Roster } from './roster.ts';
import type { Criterion, Student } from './task.ts';

/** A student whose values may still be changed. */
export interface StudentDraft extends Student {
  readonly numbers: Record<string, number>;
  affiliation: string;
  interests: readonly string[];
}

const interests = { en: divide(english.interests), zh: divide(chinese.interests) };

export interface StudentBody {
  readonly students: StudentDraft[];
  readonly names: Names;
  /** Makes the criterion hold for `matching` and for nobody in `failing`; the others stay. */
  enforce(criterion: Criterion, matching: readonly StudentDraft[], failing: readonly StudentDraft[]): void;
  drawCriterion(type: CriterionChoice): Criterion;
}

export type CriterionChoice = Measure | 'affiliation' | 'interest';

export function createStudents(roster: Roster, options: DraftOptions, random: Random): StudentBody {
  const { count, difficulty, language, split } = options;
  const { integer, pick } = random;
  const names = createNames(language, random, split);
  const known = drawInterests(interests[language][split], names, options, random);
  const askedTown = names.place();
  const nearShare = [0, 0.3, 0.6][difficulty - 1]!;

  const students = Array.from({ length: count }, (): StudentDraft => {
    return {
      name: names[roster.names](),
      numbers: Object.fromEntries(roster.measures.map(({ key, first, last }) => [key, integer(first, last)])),
      affiliation: names[roster.affiliation.key](),
      interests: random.sample(known, integer(2, 3)),
    };
  });

  function drawCriterion(choice: CriterionChoice): Criterion {
    if (choice === 'interest') return { type: 'interest', value: pick(known) };
    if (choice !== 'affiliation') return drawNumberCriterion(choice, split, random);
    const { key } = roster.affiliation;
    return {
      type: 'affiliation',
      value: key === 'university' ? names.universityIn(askedTown) : names[key](),
    };
  }

  /** Another one of the town that is asked for; neither name contains the other. */
  function otherUniversity(university: string): string {
    let other: string;
    do other = names.universityIn(askedTown);
    while (other.includes(university) || university.includes(other));
    return other;
  }

  function enforce(
    criterion: Criterion,
    matching: readonly StudentDraft[],
    failing: readonly StudentDraft[],
  ) {
    switch (criterion.type) {
      case 'affiliation':
        for (const student of matching) student.affiliation = criterion.value;
        for (const student of failing) {
          const near = random.chance(nearShare / 2) && roster.affiliation.key === 'university';
          if (near) student.affiliation = otherUniversity(criterion.value);
        }
        return;
      case 'interest':
        for (const student of matching) insertInterest(student, criterion.value, random);
        for (const student of failing) removeInterest(student, criterion.value, known, random);
        return;
      case 'between':
      case 'above':
      case 'below':
      case 'exactly': {
        const { key } = criterion.field;
        const [inside, outside] = spansOf(criterion);
        for (const student of matching) student.numbers[key] = drawFrom(inside, random);
        const near = nearSpans(outside, criterion);
        for (const student of failing) {
          student.numbers[key] = drawFrom(random.chance(nearShare) ? near : outside, random);
        }
        return;
      }
      default:
        criterion satisfies never;
    }
  }

  return { students, names, drawCriterion, enforce };
}

/** Training mixes made-up interests in: those of evaluation are not known either. */
function drawInterests(
  known: readonly string[],
  names: Names,
  { split, language }: DraftOptions,
  random: Random,
): readonly string[] {
  if (split === 'evaluation' || language !== 'en' || random.chance(0.3)) return known;
  const madeUp = Array.from({ length: random.integer(4, 10) }, () => {
    const name = random.chance(0.3) ? names.place() : names.pastime();
    return random.chance(0.25) ? `${name} ${random.pick(english.fields)}` : name;
  });
  const neighbors = random.chance(0.5) ? drawNeighbors(names, random) : [];
  // Few, so that several students share some, as they do where few interests are held out.
  return [...random.sample(known, random.integer(0, 6)), ...madeUp, ...neighbors];
}

/** Interests of two words that share words, as political science, public speaking and computer science do. */
function drawNeighbors(names: Names, random: Random): readonly string[] {
  const some = (count: number, draw: () => string) => Array.from({ length: count }, draw);
  const seconds = some(random.integer(1, 2), () =>
    random.chance(0.5) ? random.pick(english.fields) : names.pastime(),
  );
  const firsts = some(random.integer(2, 3), names.pastime);
  return firsts.flatMap((first) =>
    random.sample(seconds, random.integer(1, seconds.length)).map((second) => `${first} ${second}`),
  );
}

const comparisons = {
  evaluation: ['between', 'between', 'above', 'below'],
  training: ['between', 'between', 'between', 'above', 'above', 'below', 'below', 'exactly'],
} as const;

function drawNumberCriterion(field: Measure, split: Split, random: Random): Criterion {
  const { first, last, margin } = field;
  const type = random.pick(comparisons[split]);
  switch (type) {
    case 'between': {
      const width = random.integer(...field.width);
      const low = random.integer(first + margin, last - margin - width);
      return { type, field, low, high: low + width };
    }
    case 'above':
      return { type, field, limit: random.integer((first + last) >> 1, last - margin) };
    case 'below':
      return { type, field, limit: random.integer(first + margin, (first + last) >> 1) };
    case 'exactly':
      return { type, field, limit: random.integer(first + margin, last - margin) };
    default:
      return type satisfies never;
  }
}

/** Whole numbers from first to last, both included. */
type Span = readonly [number, number];

/** The values that meet a criterion and those that do not; the bounds themselves are in neither. */
function spansOf(criterion: Exclude<Criterion, { value: string }>): [inside: Span[], outside: Span[]] {
  const { first, last } = criterion.field;
  switch (criterion.type) {
    case 'between': {
      const { low, high } = criterion;
      return [
        [[low + 1, high - 1]],
        [
          [first, low - 1],
          [high + 1, last],
        ],
      ];
    }
    case 'above':
      return [[[criterion.limit + 1, last]], [[first, criterion.limit - 1]]];
    case 'below':
      return [[[first, criterion.limit - 1]], [[criterion.limit + 1, last]]];
    case 'exactly':
      return [
        [[criterion.limit, criterion.limit]],
        [
          [first, criterion.limit - 1],
          [criterion.limit + 1, last],
        ],
      ];
    default:
      return criterion satisfies never;
  }
}

function nearSpans(outside: readonly Span[], criterion: Exclude<Criterion, { value: string }>): Span[] {
  const { margin } = criterion.field;
  const bounds = criterion.type === 'between' ? [criterion.low, criterion.high] : [criterion.limit];
  return outside.map(([first, last]) => {
    return bounds.includes(last + 1)
      ? [Math.max(first, last - margin), last]
      : [first, Math.min(last, first + margin)];
  });
}

/** Every value of the spans is equally likely. */
function drawFrom(spans: readonly Span[], random: Random): number {
  const sizes = spans.map(([first, last]) => last - first + 1);
  let rest = random.integer(0, sizes.reduce((sum, size) => sum + size, 0) - 1);
  let index = 0;
  while (rest >= sizes[index]!) rest -= sizes[index++]!;
  return spans[index]![0] + rest;
}

function insertInterest(student: StudentDraft, interest: string, random: Random): void {
  if (student.interests.includes(interest)) return;
  student.interests = student.interests.with(random.integer(0, student.interests.length - 1), interest);
}

function removeInterest(
  student: StudentDraft,
  interest: string,
  known: readonly string[],
  random: Random,
): void {
  // Nor one that reads alike: photography and nature photography.
  const alike = (other: string) => other.includes(interest) || interest.includes(other);
  while (student.interests.some(alike)) student.interests = random.sample(known, student.interests.length);
}
