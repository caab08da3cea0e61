import type { LanguageModel } from '../language-model.ts';
import { defineCacheTests } from './cache-tests.ts';
import { defineEquivalenceTests } from './equivalence-tests.ts';
import { defineErrorTests } from './error-tests.ts';
import type { GoldenModel } from './golden-model.ts';
import { defineGoldenTests } from './golden-tests.ts';
import { defineLifecycleTests } from './lifecycle-tests.ts';
import { defineLogitsTests } from './logits-tests.ts';
import { defineRandomTests } from './random-tests.ts';
import type { Topic } from './topic.ts';

export interface ConformanceOptions {
  /** Registers a test with any runner, which reports a rejection as a failure. */
  test(name: string, run: () => Promise<void>): void;
  /** Makes a fresh model of that golden model's weights; the suite disposes it. */
  create(golden: GoldenModel): Promise<LanguageModel>;
  /** What the adapter is held against, at least one; the whole suite runs for each. */
  readonly golden: readonly GoldenModel[];
}

/**
 * Registers the tests that every adapter passes: golden values, equivalences, the cache, errors, lifecycle,
 * and random strand graphs side by side with the reference model.
 *
 * It needs no runner of its own and no Node: assertions throw plain errors. The precision that a model
 * declares sets the tolerance; no test is left out.
 *
 * @throws RangeError if there is no golden model.
 *
 * @example
 * import { test } from 'node:test';
 * defineConformanceTests({ test, create: (golden) => createMyModel(golden.name), golden: [llama, qwen2, qwen3] });
 */
export function defineConformanceTests({ test, create, golden }: ConformanceOptions): void {
  if (golden.length === 0) throw new RangeError('the conformance suite needs at least one golden model');
  for (const model of golden) {
    const topic = createTopic(model, { test, create, golden });
    defineGoldenTests(topic);
    defineEquivalenceTests(topic);
    defineLogitsTests(topic);
    defineCacheTests(topic);
    defineErrorTests(topic);
    defineLifecycleTests(topic);
    defineRandomTests(topic);
  }
}

function createTopic(golden: GoldenModel, { test, create }: ConformanceOptions): Topic {
  return {
    golden,
    test(name, run) {
      test(`${golden.name}: ${name}`, async () => {
        const model = await create(golden);
        try {
          await run(model);
        } finally {
          await model.dispose();
        }
      });
    },
  };
}
