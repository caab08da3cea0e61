export { createProblems, type ItemCount, type ProblemOf, type ProblemOptions } from './create-problems.ts';
export type { DocumentsProblem, PlanningProblem, Problem, ProblemFamily } from './problem.ts';
export type { Score, ScoreReason } from './score.ts';
export { scoreAnswer } from './score-answer.ts';
