export { type AnswerRecord, keyOf, type StageRecord } from './answer-record.ts';
export { comparePairs, type PairComparison, type PairCounts, signTest } from './compare-pairs.ts';
export { type EvaluateOptions, type EvaluationProblem, evaluate } from './evaluate.ts';
export { EvaluationError, type EvaluationErrorCode } from './evaluation-error.ts';
export {
  type DecodingMode,
  type EvaluationMode,
  evaluationModes,
  modeLabels,
} from './evaluation-mode.ts';
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
export { measureSpeed, type SpeedOptions, tokensOfSpeed } from './speed/measure-speed.ts';
export { type AnswerShape, answerTokens, type SpeedSample } from './speed/speed-sample.ts';
export {
  type AnswerSummary,
  type SpeedSummary,
  type StepSummary,
  summarizeSpeed,
} from './speed/summarize-speed.ts';
export {
  type Gain,
  type ModeComparison,
  type ModeSummary,
  summarize,
  type TaskSummary,
} from './summarize.ts';
export { type Interval, wilsonInterval } from './wilson-interval.ts';
