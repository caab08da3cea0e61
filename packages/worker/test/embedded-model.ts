import { resolveModel } from '@beltline/models';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { createTokenizer } from '@beltline/tokenizer';
import type { DecoderParts } from '../src/server/serve-decoder.ts';

/** The real model that the tests decode with; dispose it in the end. */
export async function loadEmbeddedModel(): Promise<DecoderParts> {
  const { weights, ...texts } = await resolveModel('tiny');
  if (weights.kind !== 'belt-graph') throw new Error(`expected a finished graph, got ${weights.kind}`);
  return {
    model: await createOnnxNodeModel({ graph: weights.graph }),
    tokenizer: createTokenizer(texts),
    format: 'trained',
    threads: 2,
  };
}

/** A question that the embedded model answers in parallel steps. */
export const question = 'Discuss a school trip from the aspects of budget, route, and food.';
