import type { Measure, Roster } from './roster.ts';

/** A student, or whatever else the problem is about, as the resume says. */
export interface Student {
  readonly name: string;
  /** By the keys of the roster's measures; in their units, so that comparisons are exact. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The university, or what stands in its place. */
  readonly affiliation: string;
  readonly interests: readonly string[];
}

/** What a question asks for; no student's value equals a bound, save where exactly this value is asked for. */
export type Criterion =
  | { readonly type: 'between'; readonly field: Measure; readonly low: number; readonly high: number }
  | { readonly type: 'above' | 'below'; readonly field: Measure; readonly limit: number }
  | { readonly type: 'exactly'; readonly field: Measure; readonly limit: number }
  | { readonly type: 'affiliation' | 'interest'; readonly value: string };

/** What a value can be looked up of. */
export type LookUpField = Measure | 'affiliation';

/** One question: find the student who meets all criteria, one after the other, or look one value up. */
export type RetrievalQuestion =
  | { readonly type: 'find'; readonly criteria: readonly Criterion[] }
  | { readonly type: 'look-up'; readonly name: string; readonly field: LookUpField };

export interface RetrievalTask {
  readonly roster: Roster;
  readonly students: readonly Student[];
  readonly questions: readonly RetrievalQuestion[];
}

export function meets(student: Student, criterion: Criterion): boolean {
  const number = 'field' in criterion ? student.numbers[criterion.field.key]! : 0;
  switch (criterion.type) {
    case 'between':
      return number >= criterion.low && number <= criterion.high;
    case 'above':
      return number > criterion.limit;
    case 'below':
      return number < criterion.limit;
    case 'exactly':
      return number === criterion.limit;
    case 'affiliation':
      return student.affiliation === criterion.value;
    case 'interest':
      return student.interests.includes(criterion.value);
    default:
      return criterion satisfies never;
  }
}

/** A number as it stands in the prompt. */
export function formatNumber({ scale }: Measure, value: number): string {
  return String(value / scale);
}
