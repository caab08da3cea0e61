import { beforeAll, describe, expect, test } from 'vitest';
import { buildBeltGraph, inlineWeights, type Precision } from '../src/index.ts';
import { openCheckpointFolder } from '../src/node/index.ts';
import { causalStep, openBeltSession } from './belt-session.ts';
import { architectures, beltStep, type Golden, greatestDifference, readGolden } from './golden.ts';

async function build(folder: string, precision: Precision): Promise<Uint8Array> {
  const checkpoint = await openCheckpointFolder(folder);
  const graph = await buildBeltGraph({ ...checkpoint, precision, weights: inlineWeights() });
  await checkpoint.close();
  return Buffer.concat(graph.parts);
}

describe.each(architectures)('%s', (architecture) => {
  let golden: Golden;
  let bytes: Uint8Array;
  beforeAll(async () => {
    golden = await readGolden(architecture);
    bytes = await build(golden.folder, 'fp32');
  });

  test('gives PyTorch belt logits for ragged branches in one pass behind a cached prefix', async () => {
    const session = await openBeltSession(bytes, 64);
    await session.forward(causalStep(0, golden.prefix, []));
    const logits = await session.forward(beltStep(golden));
    const d = greatestDifference(logits, golden.logits);
    console.log(architecture, d);
    expect(d).toBeLessThan(1e-3);
    await session.release();
  });
});
