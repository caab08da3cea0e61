import type { Language } from '@beltline/format';
import type { DocumentsTask } from './documents/task.ts';
import type { PlanningTask } from './planning/task.ts';
import type { RetrievalTask } from './retrieval/task.ts';
import type { Split } from './split.ts';

/**
 * What the answer looks like: one block; one block that finds nothing; a block for each of two questions; a block for
 * all items and one for those left; steps that have steps; or no block at all.
 */
export type ProblemKind = 'one-block' | 'refusal' | 'two-questions' | 'two-rounds' | 'nested' | 'direct';

/** 1 is plain, 2 is like the paper's data, 3 has near misses, longer texts and distracting sentences. */
export type Difficulty = 1 | 2 | 3;

interface ProblemBase {
  /** Different for all problems of one call or one mix. */
  readonly id: string;
  readonly kind: ProblemKind;
  readonly language: Language;
  readonly difficulty: Difficulty;
  readonly split: Split;
  /** The user's message. */
  readonly prompt: string;
  /** The resumes, documents or aspects as they stand in the prompt, in order. */
  readonly items: readonly string[];
  /** What the lines of the final answer begin with, before a colon; none for planning. */
  readonly labels: readonly string[];
  /** What stands behind each label; for planning, the aspects. */
  readonly goldKeys: readonly string[];
  /** All of `goldKeys` in one line. */
  readonly gold: string;
}

/** Students' resumes and a question that one of them, or none, meets. */
export interface RetrievalProblem extends ProblemBase {
  readonly family: 'retrieval';
  readonly task: RetrievalTask;
}

/** A question over several documents that one of them, or none, answers. */
export interface DocumentsProblem extends ProblemBase {
  readonly family: 'documents';
  readonly task: DocumentsTask;
}

/** A request to treat a topic aspect by aspect. */
export interface PlanningProblem extends ProblemBase {
  readonly family: 'planning';
  readonly task: PlanningTask;
}

/** A problem with an exact score, see `scoreAnswer`; `task` is what its solution is written from. */
export type Problem = RetrievalProblem | DocumentsProblem | PlanningProblem;

export type ProblemFamily = Problem['family'];

/** What the writer of a problem may choose from and must keep to. */
export interface DraftOptions {
  readonly kind: ProblemKind;
  /** How many items. */
  readonly count: number;
  readonly language: Language;
  readonly difficulty: Difficulty;
  readonly split: Split;
}

/** A problem without what `createProblems` adds. */
export type Draft<T extends Problem> = Pick<T, 'prompt' | 'items' | 'labels' | 'goldKeys' | 'task'>;

/** The answer where no item fits. */
export const noneOfThem: Record<Language, string> = { en: 'none of them', zh: '都不符合' };
