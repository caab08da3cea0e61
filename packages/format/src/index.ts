export type {
  AnswerDocument,
  AnswerProblem,
  AnswerProblemCode,
  AnswerSection,
  AnswerStep,
} from './answer.ts';
export {
  type AnswerCallbacks,
  type AnswerEvent,
  type AnswerParser,
  createAnswerParser,
} from './answer-parser.ts';
export { formatAnswer } from './format-answer.ts';
export { formatInstructions } from './format-instructions.ts';
export { detectLanguage, type Language } from './language.ts';
export { createMarkerScanner, type MarkerScanner, type ScanResult } from './marker-scanner.ts';
export {
  blockEnd,
  forcedAfterTitle,
  markers,
  type Nesting,
  stepMarker,
  stepSeparator,
} from './markers.ts';
export type {
  OutlineEvent,
  OutlineLimits,
  OutlineParser,
  OutlineProblemCode,
  OutlineState,
  OutlineTitle,
} from './outline.ts';
export {
  nestedOutlineStart,
  nextOutlinePlace,
  type OutlinePhase,
  type OutlinePlace,
  outlineStart,
} from './outline-grammar.ts';
export { createOutlineParser } from './outline-parser.ts';
export { parseAnswer } from './parse-answer.ts';
export { defaultMaxTitleLength, type TitleProblemCode, titleProblem } from './title.ts';
