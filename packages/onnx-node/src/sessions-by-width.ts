import { BackendError } from '@beltline/backend';
import { type BeltGraphInfo, beltInputs } from '@beltline/graph';
import type { GraphSession } from '@beltline/onnx-engine';
import type { Tensor } from 'onnxruntime-node';

/** From this many tokens on a pass is quicker in w8a8 than in int4 (docs/performance.md, two graphs). */
export const widePassTokens = 8;

/** Two graphs of one model as one: the second runs the passes of many tokens, over the same keys and values. */
export function byWidth(narrow: GraphSession<Tensor>, wide: GraphSession<Tensor>): GraphSession<Tensor> {
  return {
    ...narrow,
    run(feeds, targets) {
      const tokens = feeds[beltInputs.inputIds]!.dims[1]!;
      return (tokens < widePassTokens ? narrow : wide).run(feeds, targets);
    },
    async release() {
      await Promise.all([narrow.release(), wide.release()]);
    },
  };
}

/** @throws BackendError `UNSUPPORTED` for graphs that differ in more than their precision and their weights. */
export function requireSameShape(narrow: BeltGraphInfo, wide: BeltGraphInfo): void {
  const { precision: _, ...expected } = narrow;
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    if (narrow[name] === wide[name]) continue;
    throw new BackendError(
      'UNSUPPORTED',
      `wideGraph has another shape than graph: its ${name} is ${wide[name]}, not ${narrow[name]}`,
    );
  }
}
