import { expect, test } from 'vitest';
import type { Precision } from '../src/index.ts';
import { openCheckpointFolder } from '../src/node/index.ts';
import { type BeltSession, causalStep, openBeltSession } from './belt-session.ts';
import { buildBytes, openFolder } from './build.ts';
import { dequantized } from './dequantize.ts';
import {
  architectures,
  beltStep,
  type Golden,
  greatestDifference,
  readGolden,
  relativeDistance,
} from './golden.ts';

async function beltLogits(session: BeltSession, golden: Golden): Promise<Float32Array[]> {
  await session.forward(causalStep(0, golden.prefix, []));
  const logits = await session.forward(beltStep(golden));
  await session.release();
  return logits;
}

test.each(architectures)(
  '%s in fp32 gives PyTorch belt logits of ragged branches in one pass',
  async (architecture) => {
    const golden = await readGolden(architecture);
    const logits = await beltLogits(await openFolder(golden.folder, 64), golden);
    expect(greatestDifference(logits, golden.logits)).toBeLessThan(1e-3);
  },
);

// What is left between a quantized graph and its dequantized weights in fp32 is the rounding of activations
// to 8 bits. These models' random weights are ten times as large as trained ones and amplify it.
test.each(
  architectures.flatMap((architecture) => [
    [architecture, 'int8', 8] as const,
    [architecture, 'int4', 4] as const,
  ]),
)(
  '%s in %s stays near the fp32 graph of its dequantized weights',
  async (architecture, precision: Precision, bits) => {
    const golden = await readGolden(architecture);
    const checkpoint = await openCheckpointFolder(golden.folder);
    const { config } = checkpoint;
    const oracle = await buildBytes({ config, tensors: dequantized(checkpoint.tensors, bits) });
    const expected = await beltLogits(await openBeltSession(oracle, 64), golden);
    await checkpoint.close();
    const logits = await beltLogits(await openFolder(golden.folder, 64, precision), golden);
    expect(relativeDistance(logits, expected)).toBeLessThan(0.15);
  },
);
