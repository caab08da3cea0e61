import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { type GraphError, unfuseAttention } from '../src/index.ts';
import { type AttributeValue, createOnnxGraph } from '../src/onnx-graph.ts';
import { type ModelProto, modelTable, type NodeProto } from '../src/onnx-messages.ts';
import { decodeMessage, encodeMessage } from '../src/protobuf.ts';
import { buildBytes, tinyModel } from './build.ts';
import { setInteger } from './edit-graph.ts';

/** One layer of attention alone, and what a pass feeds it. */
interface Case {
  readonly kvHeads: number;
  readonly group: number;
  readonly headSize: number;
  readonly past: number;
  /** Slots from the first on that no row hides, at most all of the past. */
  readonly open: number;
  readonly tokens: number;
  readonly softcap: number;
  readonly scale: number;
  readonly sink: 'none' | 'zero' | 'input';
  /** Version of ONNX's operators. */
  readonly operators: number;
  readonly seed: number;
}

const cases = fc.record<Case>({
  kvHeads: fc.integer({ min: 1, max: 3 }),
  group: fc.integer({ min: 1, max: 3 }),
  // GroupQueryAttention wants multiples of 8.
  headSize: fc.constantFrom(8, 16),
  past: fc.integer({ min: 0, max: 40 }),
  open: fc.integer({ min: 0, max: 40 }),
  tokens: fc.integer({ min: 1, max: 9 }),
  softcap: fc.constantFrom(0, 0, 2),
  scale: fc.constantFrom(0, 0, 0.7),
  sink: fc.constantFrom('none', 'none', 'zero', 'input'),
  operators: fc.constantFrom(21, 21, 12),
  seed: fc.nat(),
});

const plainCase: Case = {
  ...{ kvHeads: 2, group: 2, headSize: 8, past: 3, open: 2, tokens: 2, softcap: 0, scale: 0, sink: 'none' },
  ...{ operators: 21, seed: 1 },
};

test.each(['in-place', 'joined'] as const)(
  'attention over a cache %s gives what GroupQueryAttention gives',
  async (cache) => {
    let suffixes = 0;
    await fc.assert(
      fc.asyncProperty(cases, async (example) => {
        const fused = layerGraph(example);
        const pass = createPass(example);
        const expected = await runFused(fused, example, pass);
        const unfused = unfuseAttention(fused, { cache });
        const actual = await runUnfused(unfused, example, pass, cache);
        expect(greatest(actual, expected)).toBeLessThan(1e-5);
        const { first } = splitSlots(example, pass);
        if (cache === 'joined' || first === 0 || first === example.past + example.tokens) return;
        suffixes++;
        const withSuffix = await runUnfused(unfused, example, pass, cache, { hasSuffix: true });
        expect(greatest(withSuffix, expected)).toBeLessThan(1e-5);
      }),
      { seed: 5, numRuns: 80 },
    );
    if (cache === 'in-place') expect(suffixes).toBeGreaterThan(40);
  },
);

test('nodes that only counted slots for GroupQueryAttention go with it', async () => {
  const graph = decodeMessage(
    modelTable,
    unfuseAttention(await buildBytes(tinyModel()), { cache: 'in-place' }),
  ).graph!;
  const operators = new Set(graph.nodes.map(({ operator }) => operator));
  expect(operators).not.toContain('GroupQueryAttention');
  expect(graph.nodes.map(({ name }) => name)).not.toContain('total_length');
  const inputs = graph.inputs.map(({ name }) => name);
  expect(inputs).toEqual([
    ...['input_ids', 'position_ids', 'attention_bias', 'past_length', 'logits_rows'],
    ...['keys.0', 'values.0', 'keys.1', 'values.1'],
    ...['suffix_memory', 'suffix_slots', 'suffix_bias'],
  ]);
});

test('a layer of the cache may have no attention', async () => {
  const edited = editModel(layerGraph(plainCase), ({ graph }) => {
    const { inputs } = graph!;
    for (const name of ['past_keys', 'past_values']) {
      const first = inputs.find((input) => input.name === `${name}.0`)!;
      inputs.push({ ...first, name: `${name}.1` });
    }
  });
  const pass = createPass(plainCase);
  const unfused = unfuseAttention(edited, { cache: 'joined' });
  const names = decodeMessage(modelTable, unfused).graph!.inputs.map(({ name }) => name);
  expect(names).toContain('keys.1');
  expect(names).toContain('values.1');
  const expected = await runFused(layerGraph(plainCase), plainCase, pass);
  const empty = new Tensor('float32', new Float32Array(0), [0, plainCase.kvHeads, plainCase.headSize]);
  const others = { 'keys.1': empty, 'values.1': empty };
  const actual = await runUnfused(unfused, plainCase, pass, 'joined', { others });
  expect(greatest(actual, expected)).toBeLessThan(1e-5);
});

test("ONNX's own operators may go by their other name", async () => {
  const edited = editModel(layerGraph(plainCase), ({ operatorSets }) => {
    operatorSets[0]!.domain = 'ai.onnx';
  });
  const pass = createPass(plainCase);
  const actual = await runUnfused(
    unfuseAttention(edited, { cache: 'in-place' }),
    plainCase,
    pass,
    'in-place',
  );
  expect(greatest(actual, await runFused(edited, plainCase, pass))).toBeLessThan(1e-5);
});

test.each<[string, string, (node: NodeProto, model: ModelProto) => void]>([
  ['a sliding window', 'sliding window of 2', (node) => setInteger(node, 'local_window_size', 2)],
  ['rotation inside', 'rotates', (node) => setInteger(node, 'do_rotary', 1)],
  ['another bias', 'another bias', (node) => node.inputs.splice(10, 1, 'mask')],
  ['packed queries', 'as one', (node) => node.inputs.splice(1, 2, '', '')],
  ['another attention', 'no GroupQueryAttention', (node) => (node.operator = 'SparseAttention')],
  [
    'a cache without sizes',
    'how many heads',
    (_, { graph }) =>
      graph!.inputs.find(({ name }) => name === 'past_keys.0')!.type!.tensorType!.shape!.dimensions.pop(),
  ],
  [
    'no cache of that name',
    'no input "past_keys.0"',
    (_, { graph }) => graph!.inputs.splice(0, graph!.inputs.length),
  ],
])('a graph with %s is refused', (_, reason, edit) => {
  const bytes = editModel(layerGraph(plainCase), (model) => {
    edit(model.graph!.nodes.find(({ name }) => name === 'attended')!, model);
  });
  expect(() => unfuseAttention(bytes, { cache: 'in-place' })).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_GRAPH', message: expect.stringContaining(reason) }),
  );
});

test('bytes that are no ONNX file are refused', () => {
  expect(() => unfuseAttention(Uint8Array.of(255, 255), { cache: 'joined' })).toThrow(
    expect.objectContaining({ code: 'INVALID_PROTOBUF' } satisfies Partial<GraphError>),
  );
});

function editModel(bytes: Uint8Array, edit: (model: ModelProto) => void): Uint8Array {
  const model = decodeMessage(modelTable, bytes);
  edit(model);
  return Buffer.concat(encodeMessage(modelTable, model).parts);
}

/** The contract's names around one GroupQueryAttention; what a whole graph would compute is fed. */
function layerGraph({ kvHeads, group, headSize, softcap, scale, sink, operators }: Case): Uint8Array {
  const graph = createOnnxGraph();
  const heads = kvHeads * group;
  graph.input('queries', 'float', [1, 'new', heads * headSize]);
  graph.input('keys', 'float', [1, 'new', kvHeads * headSize]);
  graph.input('values', 'float', [1, 'new', kvHeads * headSize]);
  graph.input('attention_bias', 'float', [1, 1, 'new', 'total']);
  graph.input('last', 'int32', [1]);
  graph.input('count', 'int32', [1]);
  graph.input('past_keys.0', 'float', [1, kvHeads, 'capacity', headSize]);
  graph.input('past_values.0', 'float', [1, kvHeads, 'capacity', headSize]);
  const inputs = [
    'queries',
    graph.node('new_keys.0', 'Identity', ['keys']),
    graph.node('new_values.0', 'Identity', ['values']),
  ];
  inputs.push('past_keys.0', 'past_values.0', 'last', 'count', '', '', '', 'attention_bias');
  if (sink === 'input') inputs.push(graph.input('sinks', 'float', [heads]));
  const attributes: Record<string, AttributeValue> = {
    num_heads: heads,
    kv_num_heads: kvHeads,
    do_rotary: 0,
  };
  if (softcap !== 0) attributes.softcap = { float: softcap };
  if (scale !== 0) attributes.scale = { float: scale };
  if (sink === 'zero') attributes.smooth_softmax = 1;
  const outputs = ['attended', 'present_keys', 'present_values'];
  graph.node('attended', 'GroupQueryAttention', inputs, { domain: 'com.microsoft', attributes, outputs });
  graph.output('attended', 'float', [1, 'new', heads * headSize]);
  graph.output('new_keys.0', 'float', [1, 'new', kvHeads * headSize]);
  graph.output('new_values.0', 'float', [1, 'new', kvHeads * headSize]);
  const model = graph.finish({});
  model.operatorSets[0]!.version = BigInt(operators);
  return Buffer.concat(encodeMessage(modelTable, model).parts);
}

/** What splits a pass's slots: those that no row hides, and what each row sees of all others. */
function splitSlots({ past, tokens }: Case, { bias }: Pass) {
  const total = past + tokens;
  const hidden = (row: number, slot: number) => bias[row * total + slot] !== 0;
  const rows = [...Array(tokens).keys()];
  let first = 0;
  while (first < total && !rows.some((row) => hidden(row, first))) first++;
  const suffix = [...Array(total - first).keys()];
  const seen = rows.map((row) => suffix.filter((slot) => !hidden(row, first + slot)));
  return { first, seen, width: Math.max(1, ...seen.map(({ length }) => length)) };
}

/** `keys` and `values` are `[slot, kvHeads, headSize]`, those of the past before the new ones. */
function createPass({ kvHeads, group, headSize, past, open, tokens, seed }: Case) {
  let state = seed % 2147483647 || 1;
  const random = (): number => {
    state = (state * 48271) % 2147483647;
    return (state / 2147483647) * 4 - 2;
  };
  const floats = (length: number) => Float32Array.from({ length }, random);
  const total = past + tokens;
  const bias = Float32Array.from({ length: tokens * total }, (_, at) => {
    const [row, slot] = [Math.floor(at / total), at % total];
    const isSeen = slot < Math.min(open, past) || slot === past + row || (slot < past + row && random() > -1);
    return isSeen ? 0 : Number.NEGATIVE_INFINITY;
  });
  const width = kvHeads * headSize;
  return {
    bias,
    queries: floats(tokens * group * width),
    keys: floats(total * width),
    values: floats(total * width),
    sinks: floats(kvHeads * group),
  };
}

type Pass = ReturnType<typeof createPass>;

function commonFeeds({ kvHeads, group, headSize, past, tokens, sink }: Case, pass: Pass) {
  const width = kvHeads * headSize;
  const total = past + tokens;
  return {
    queries: new Tensor('float32', pass.queries, [1, tokens, group * width]),
    keys: new Tensor('float32', pass.keys.slice(past * width), [1, tokens, width]),
    values: new Tensor('float32', pass.values.slice(past * width), [1, tokens, width]),
    attention_bias: new Tensor('float32', pass.bias, [1, 1, tokens, total]),
    last: new Tensor('int32', Int32Array.of(total - 1), [1]),
    count: new Tensor('int32', Int32Array.of(total), [1]),
    ...(sink === 'input' ? { sinks: new Tensor('float32', pass.sinks, [kvHeads * group]) } : {}),
  };
}

async function runFused(bytes: Uint8Array, example: Case, pass: Pass): Promise<Float32Array> {
  const { kvHeads, headSize, past } = example;
  const capacity = past + 1;
  const headsFirst = (slots: Float32Array) => {
    const turned = new Float32Array(kvHeads * capacity * headSize);
    for (let slot = 0; slot < past; slot++) {
      for (let head = 0; head < kvHeads; head++) {
        const from = (slot * kvHeads + head) * headSize;
        turned.set(slots.subarray(from, from + headSize), (head * capacity + slot) * headSize);
      }
    }
    return new Tensor('float32', turned, [1, kvHeads, capacity, headSize]);
  };
  return run(bytes, {
    ...commonFeeds(example, pass),
    'past_keys.0': headsFirst(pass.keys),
    'past_values.0': headsFirst(pass.values),
  });
}

async function runUnfused(
  bytes: Uint8Array,
  example: Case,
  pass: Pass,
  cache: 'in-place' | 'joined',
  { hasSuffix = false, others = {} }: { hasSuffix?: boolean; others?: Record<string, Tensor> } = {},
): Promise<Float32Array> {
  const { kvHeads, headSize, past, tokens } = example;
  const width = kvHeads * headSize;
  const total = past + tokens;
  // Whatever stands in the new slots before the pass must not be read.
  const parts = [pass.keys, pass.values];
  const memory = Float32Array.from(parts.flatMap((slots) => [...slots.slice().fill(NaN, past * width)]));
  const [keys, values] = parts.map((_, part) =>
    memory.subarray(part * total * width, (part + 1) * total * width),
  ) as [Float32Array, Float32Array];
  const show = (floats: Float32Array, from: number, to: number) =>
    new Tensor('float32', floats.subarray(from * width, to * width), [to - from, kvHeads, headSize]);
  const feeds: Record<string, Tensor> = { ...commonFeeds(example, pass), ...others };
  const { first, seen, width: seenMost } = splitSlots(example, pass);
  const end = cache === 'joined' ? past : hasSuffix ? first : total;
  Object.assign(feeds, { 'keys.0': show(keys, 0, end), 'values.0': show(values, 0, end) });
  if (cache === 'in-place') {
    const most = hasSuffix ? seenMost : 0;
    const at = (row: number, index: number) => seen[row]![index];
    const cells = [...Array(most * tokens).keys()];
    const slots = cells.map((cell) => first + (at(cell % tokens, Math.floor(cell / tokens)) ?? 0));
    const bias = cells.map((cell) =>
      at(Math.floor(cell / most), cell % most) === undefined ? -Infinity : 0,
    );
    const places = Int32Array.from([...slots, ...slots.map((slot) => total + slot)]);
    Object.assign(feeds, {
      suffix_memory: new Tensor('float32', memory, [2 * total, kvHeads, headSize]),
      suffix_slots: new Tensor('int32', places, [2, most, tokens]),
      suffix_bias: new Tensor('float32', Float32Array.from(bias), [tokens, 1, 1, most]),
    });
  }
  const [newKeys, newValues] = [keys, values].map(
    (floats) => new Tensor('float32', floats.subarray(past * width), [1, tokens, width]),
  );
  const attended = await run(bytes, feeds, {
    attended: null,
    'new_keys.0': newKeys!,
    'new_values.0': newValues!,
  });
  expect([keys, values]).toEqual(parts);
  return attended;
}

async function run(
  bytes: Uint8Array,
  feeds: Record<string, Tensor>,
  fetches: Record<string, Tensor | null> = { attended: null },
): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const { attended } = await session.run(feeds, fetches);
  await session.release();
  return attended!.data as Float32Array;
}

function greatest(actual: Float32Array, expected: Float32Array): number {
  expect(actual).toHaveLength(expected.length);
  return actual.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at]!)), 0);
}
