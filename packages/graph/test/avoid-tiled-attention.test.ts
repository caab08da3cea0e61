import { expect, test } from 'vitest';
import { avoidTiledAttention, type GraphError } from '../src/index.ts';
import { openCheckpointFolder } from '../src/node/index.ts';
import { modelTable, type NodeProto } from '../src/onnx-messages.ts';
import { decodeMessage } from '../src/protobuf.ts';
import { causalStep, openBeltSession } from './belt-session.ts';
import { buildBytes, tinyModel } from './build.ts';
import { architectures, beltStep, greatestDifference, readGolden } from './golden.ts';

function nodesOf(bytes: Uint8Array): NodeProto[] {
  return decodeMessage(modelTable, bytes).graph!.nodes;
}

async function buildTiny(): Promise<Uint8Array> {
  return Uint8Array.from(await buildBytes(tinyModel()));
}

test.each(architectures)('%s without tiles gives PyTorch belt logits', async (architecture) => {
  const golden = await readGolden(architecture);
  const checkpoint = await openCheckpointFolder(golden.folder);
  const bytes = await buildBytes(checkpoint);
  await checkpoint.close();
  const session = await openBeltSession(avoidTiledAttention(bytes), 64);
  await session.forward(causalStep(0, golden.prefix, []));
  const logits = await session.forward(beltStep(golden));
  await session.release();
  expect(greatestDifference(logits, golden.logits)).toBeLessThan(1e-3);
});

test('every attention node hands out its probabilities, and nothing else changes', async () => {
  const bytes = await buildTiny();
  const changed = avoidTiledAttention(bytes);
  const attention = nodesOf(changed).filter(({ operator }) => operator === 'GroupQueryAttention');
  expect(attention).toHaveLength(2);
  for (const { outputs, attributes } of attention) {
    expect(outputs).toHaveLength(4);
    expect(outputs[3]).toBe(`${outputs[0]}.probabilities`);
    expect(attributes.filter(({ name }) => name === 'qk_output').map(({ int }) => int)).toEqual([2n]);
  }
  const others = (node: NodeProto) => node.operator !== 'GroupQueryAttention';
  expect(nodesOf(changed).filter(others)).toEqual(nodesOf(bytes).filter(others));
  const { graph, ...model } = decodeMessage(modelTable, changed);
  const { graph: before, ...modelBefore } = decodeMessage(modelTable, bytes);
  expect(model).toEqual(modelBefore);
  expect({ ...graph!, nodes: [] }).toEqual({ ...before!, nodes: [] });
});

test('a graph that was changed already stays as it is', async () => {
  const once = avoidTiledAttention(await buildTiny());
  expect(avoidTiledAttention(once)).toEqual(once);
});

test('bytes that are no ONNX file are refused', () => {
  expect(() => avoidTiledAttention(Uint8Array.of(255, 255))).toThrow(
    expect.objectContaining({ code: 'INVALID_PROTOBUF' } satisfies Partial<GraphError>),
  );
});
