import type { Join } from '@beltline/decoder';
import { createProblems, type Problem } from '@beltline/tasks';
import documents from '../../../examples/documents.txt?raw';
import planning from '../../../examples/planning.txt?raw';

/** Kinds of example questions. */
export type ExampleFamily = 'documents' | 'planning';

export interface Example {
  readonly family: ExampleFamily;
  readonly question: string;
  /** The problem behind the question, which knows what a right answer is; undefined for the first of a family. */
  readonly problem: Problem | undefined;
  /** The join that suits it. */
  readonly join: Join;
}

/** Aspects of a plan stand side by side; which document gave the answer takes their order, which `reuse` does not show. */
const joins: Record<ExampleFamily, Join> = { planning: 'reuse', documents: 'recompute' };

const first: Record<ExampleFamily, string> = { documents, planning };

/** The example of a family by its number: the one of the command line, and from 1 on generated ones without end. */
export function exampleQuestion(family: ExampleFamily, number: number): Example {
  const join = joins[family];
  if (number === 0) return { family, join, question: first[family].trim(), problem: undefined };
  const [problem] = createProblems({ family, seed: number, items: { min: 3, max: 6 } });
  return { family, join, question: problem!.prompt, problem: problem! };
}
