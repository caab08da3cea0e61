export {
  createProblems,
  generateProblems,
  type ItemCount,
  type KindMix,
  type ProblemOf,
  type ProblemOptions,
} from './create-problems.ts';
export { toJsonLine } from './json-line.ts';
export { generateMix, type MixOptions, type MixPart } from './mix.ts';
export type {
  Difficulty,
  DocumentsProblem,
  PlanningProblem,
  Problem,
  ProblemFamily,
  ProblemKind,
  RetrievalProblem,
} from './problem.ts';
export { type ReadProblem, readProblems } from './read-problems.ts';
export type { Score, ScoreReason } from './score.ts';
export { type Scorable, scoreAnswer } from './score-answer.ts';
export { formatSolution, type Section, type Solution, type SolutionStep } from './solution.ts';
export type { Split } from './split.ts';
export type { StatedFact } from './stated-fact.ts';
export { TasksError, type TasksErrorCode } from './tasks-error.ts';
export { writeFacts } from './write-facts.ts';
export { writeSolution } from './write-solution.ts';
