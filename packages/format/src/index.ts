export { createMarkerScanner, type MarkerScanner, type ScanResult } from './marker-scanner.ts';
export { blockEnd, forcedAfterTitle, markers, stepSeparator } from './markers.ts';
export type {
  OutlineEvent,
  OutlineLimits,
  OutlineParser,
  OutlineProblemCode,
  OutlineState,
  OutlineTitle,
} from './outline.ts';
export { createOutlineParser } from './outline-parser.ts';
export { type TitleProblemCode, titleProblem } from './title.ts';
