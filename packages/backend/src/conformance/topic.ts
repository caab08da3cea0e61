import type { LanguageModel } from '../language-model.ts';
import type { GoldenModel } from './golden-model.ts';

/** What the tests of one topic are written with, for one golden model. */
export interface Topic {
  readonly golden: GoldenModel;
  /** Registers a test that gets a fresh model, disposed when it ends. */
  test(name: string, run: (model: LanguageModel) => Promise<void>): void;
}
