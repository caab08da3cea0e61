export { type ConformanceOptions, defineConformanceTests } from './define-conformance-tests.ts';
export type { GoldenModel, GoldenValues } from './golden-model.ts';
