import { expect, test } from 'vitest';
import { patchGraph } from '../src/index.ts';
import type { GraphProto } from '../src/onnx-messages.ts';
import { causalStep, openBeltSession } from './belt-session.ts';
import { editedExport, findNode, insertBefore } from './edit-graph.ts';
import { type ExportedGraph, findExport, openPatched, originalLogits } from './exports.ts';
import { beltStep, greatestDifference, readGolden } from './golden.ts';

const prefix = [5, 77, 31, 12, 90, 101, 44, 3, 68, 25];
const branches = [
  [7, 81, 19],
  [33, 59, 67, 120],
];

/** What the graph says of each branch as a text of its own. */
async function expectedLogits(graph: ExportedGraph): Promise<Float32Array[]> {
  const texts = await Promise.all(branches.map((branch) => originalLogits(graph, [...prefix, ...branch])));
  return texts.flatMap((logits) => logits.slice(prefix.length));
}

async function beltLogits(bytes: Uint8Array, folder: string): Promise<Float32Array[]> {
  const session = await openBeltSession(bytes, 64, undefined, folder);
  await session.forward(causalStep(0, prefix, []));
  const logits = await session.forward(beltStep({ folder, prefix, branches, logits: [] }));
  await session.release();
  return logits;
}

test.each(['genai-phi3-fp32', 'optimum-gemma-fp32'])('%s sees what it saw before', async (name) => {
  const graph = await findExport(name);
  const session = await openPatched(graph);
  await session.forward(causalStep(0, prefix, []));
  const logits = await session.forward(beltStep({ folder: '', prefix, branches, logits: [] }));
  await session.release();
  expect(greatestDifference(logits, await expectedLogits(graph))).toBeLessThan(1e-5);
});

test('of two sets of rotary tables, the length that is asked for chooses', async () => {
  const { bytes, config } = await editedExport('genai-phi3-fp32', () => {});
  expect(patchGraph(bytes, { config }).info.contextLength).toBe(64);
  expect(patchGraph(bytes, { config, contextLength: 60 }).info.contextLength).toBe(60);
  expect(patchGraph(bytes, { config, contextLength: 200 }).info.contextLength).toBe(200);
  expect(() => patchGraph(bytes, { config, contextLength: 513 })).toThrow(RangeError);
});

test.each<[string, (graph: GraphProto, hidden: string) => string]>([
  [
    'the last row',
    (graph, hidden) => {
      insertBefore(graph, graph.nodes.at(-1)!, (added) => {
        const last = added.node('last', 'Gather', [hidden, added.integers('minus_one', [-1])], {
          attributes: { axis: 1 },
        });
        added.node('chosen', 'Identity', [last]);
      });
      return 'chosen';
    },
  ],
  [
    'as many rows as an input says',
    (graph, hidden) => {
      graph.inputs.push({
        name: 'num_logits_to_keep',
        type: { tensorType: { elementType: 7, shape: { dimensions: [] } } },
      });
      insertBefore(graph, graph.nodes.at(-1)!, (added) => {
        const negative = added.node('negative', 'Neg', ['num_logits_to_keep']);
        const start = added.node('start', 'Reshape', [negative, added.integers('one', [1])]);
        const inputs = [hidden, start, added.integers('end', [2 ** 31 - 1]), added.integers('axis', [1])];
        added.node('chosen', 'Slice', inputs);
      });
      return 'chosen';
    },
  ],
])('a graph that gives logits of %s gives those of all that are asked for', async (_, choose) => {
  const graph = await editedExport('genai-llama-fp32', (edited) => {
    const product = edited.nodes.at(-1)!;
    product.inputs[0] = choose(edited, product.inputs[0]!);
  });
  const golden = await readGolden('llama');
  const patched = Buffer.concat(patchGraph(graph.bytes, { config: graph.config }).parts);
  const session = await openBeltSession(patched, 64, undefined, graph.folder);
  await session.forward(causalStep(0, golden.prefix, []));
  const logits = await session.forward(beltStep(golden));
  await session.release();
  expect(greatestDifference(logits, golden.logits)).toBeLessThan(1e-4);
});

test('scores may be scaled, capped scores of the operator stay capped, and sinks stay', async () => {
  const graph = await editedExport('genai-llama-fp32', (edited) => {
    for (const node of edited.nodes.filter(({ operator }) => operator === 'GroupQueryAttention')) {
      node.attributes = node.attributes.filter(({ name }) => name !== 'scale' && name !== 'softcap');
      node.attributes.push({ name: 'scale', type: 1, float: 0.1, ints: [] });
      node.attributes.push({ name: 'softcap', type: 1, float: 3, ints: [] });
      node.inputs[11] = 'sinks';
    }
    insertBefore(edited, findNode(edited, 'GroupQueryAttention'), (added) => {
      const bytes = new Uint8Array(Float32Array.of(1, -2, 0.5, 3).buffer);
      added.initializer('sinks', 'float', [4], { kind: 'inline', bytes });
    });
  });
  const patched = Buffer.concat(patchGraph(graph.bytes, { config: graph.config }).parts);
  const expected = await expectedLogits({ ...graph, bytes: graph.bytes });
  const plain = await expectedLogits(await findExport('genai-llama-fp32'));
  expect(greatestDifference(expected, plain)).toBeGreaterThan(0.5);
  expect(greatestDifference(await beltLogits(patched, graph.folder), expected)).toBeLessThan(1e-4);
});
