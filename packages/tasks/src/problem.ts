/** A question over several documents, one of which answers it. */
export interface DocumentsProblem {
  /** The same for the same family, seed and position; of different items, different. */
  readonly id: string;
  readonly family: 'documents';
  /** The user's message. */
  readonly prompt: string;
  /** The documents' texts, in order. */
  readonly items: readonly string[];
  /** The answer, as it stands in its document and nowhere else in the prompt. */
  readonly gold: string;
}

/** A request to treat a topic aspect by aspect. */
export interface PlanningProblem {
  readonly id: string;
  readonly family: 'planning';
  readonly prompt: string;
  /** The aspects, in the order of the prompt. */
  readonly items: readonly string[];
  /** The last line of a right answer. */
  readonly gold: string;
}

/** A problem with an exact score, see `scoreAnswer`. */
export type Problem = DocumentsProblem | PlanningProblem;

export type ProblemFamily = Problem['family'];

/** A problem without what `createProblems` adds. */
export type Draft<T extends Problem> = Omit<T, 'id' | 'family'>;
