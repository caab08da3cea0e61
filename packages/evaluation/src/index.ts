export { type AnswerRecord, keyOf, type StageRecord } from './answer-record.ts';
export { comparePairs, type PairComparison, type PairCounts, signTest } from './compare-pairs.ts';
export { type EvaluateOptions, type EvaluationProblem, evaluate } from './evaluate.ts';
export { EvaluationError, type EvaluationErrorCode } from './evaluation-error.ts';
export { type EvaluationMode, evaluationModes, modeLabels } from './evaluation-mode.ts';
export { median, medianInterval, type Spread, spreadOf } from './quantiles.ts';
export { writeReport } from './report/write-report.ts';
export {
  type EvaluationSettings,
  formatResultsLine,
  parseResults,
  type Results,
  type ResultsHeader,
  requireSameSettings,
} from './results-file.ts';
export {
  type Gain,
  type ModeComparison,
  type ModeSummary,
  summarize,
  type TaskSummary,
} from './summarize.ts';
export { type Interval, wilsonInterval } from './wilson-interval.ts';
