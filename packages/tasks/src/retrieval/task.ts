/** A student as his or her resume says. */
export interface Student {
  readonly name: string;
  /** In years. */
  readonly age: number;
  /** In hundredths, so that comparisons are exact. */
  readonly gpa: number;
  readonly university: string;
  readonly interests: readonly string[];
}

/** What a question asks for; bounds in the field's unit, and no student's value equals one. */
export type Criterion =
  | { readonly type: 'between'; readonly field: NumberField; readonly low: number; readonly high: number }
  | { readonly type: 'above' | 'below'; readonly field: NumberField; readonly limit: number }
  | { readonly type: 'university' | 'interest'; readonly value: string };

export type NumberField = 'age' | 'gpa';

/** One question: find the student who meets all criteria, one after the other, or look one value up. */
export type RetrievalQuestion =
  | { readonly type: 'find'; readonly criteria: readonly Criterion[] }
  | { readonly type: 'look-up'; readonly name: string; readonly field: 'age' | 'gpa' | 'university' };

export interface RetrievalTask {
  readonly students: readonly Student[];
  readonly questions: readonly RetrievalQuestion[];
}

export function meets(student: Student, criterion: Criterion): boolean {
  switch (criterion.type) {
    case 'between':
      return student[criterion.field] >= criterion.low && student[criterion.field] <= criterion.high;
    case 'above':
      return student[criterion.field] > criterion.limit;
    case 'below':
      return student[criterion.field] < criterion.limit;
    case 'university':
      return student.university === criterion.value;
    case 'interest':
      return student.interests.includes(criterion.value);
    default:
      return criterion satisfies never;
  }
}

/** A number as it stands in the prompt. */
export function formatNumber(field: NumberField, value: number): string {
  return String(field === 'gpa' ? value / 100 : value);
}
