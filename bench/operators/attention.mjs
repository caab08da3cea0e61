/**
 * Times the attention of one pass, in the forms that onnxruntime has for it: 30 layers of SmolLM2-135M's shape behind a
 * context, each row seeing the context and itself. All forms must give the same.
 *
 *   npm run build && node bench/operators/attention.mjs
 *
 * Options: --context 1000, --rows 1,2,4,10,30,256, --threads 1, --rounds 21.
 *
 * - fused: GroupQueryAttention, which copies the past into a buffer of its own and clears that first.
 * - apart: plain products with past and new keys apart, whose scores are joined: nothing of the past is copied.
 * - joined: plain products with past and new keys joined first: one copy.
 */
import { parseArgs } from 'node:util';
import { compare, createSession, floats, microsoft, onnxruntime } from './time-graphs.mjs';

const layers = 30;
const [heads, kvHeads, headSize] = [9, 3, 64];
const group = heads / kvHeads;

const { values: options } = parseArgs({
  options: {
    context: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '1,2,4,10,30,256' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '21' },
  },
});
const context = Number(options.context);

function fused(graph) {
  const [keys, values] = ['keys', 'values'];
  let queries = 'queries';
  for (let layer = 0; layer < layers; layer++) {
    const inputs = [queries, keys, values, ...past(graph, layer), 'last', 'total', '', '', '', 'bias'];
    queries = graph.node(`${layer}.attention`, 'GroupQueryAttention', inputs, {
      ...microsoft,
      attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 0 },
      outputs: [`${layer}.attention`, `${layer}.present_keys`, `${layer}.present_values`],
    });
  }
  return queries;
}

/** The rows of all query heads that share keys lie below one another: row by row, head by head. */
function plain(attend) {
  return (graph) => {
    const grouped = graph.integers('grouped', [1, kvHeads, -1, headSize]);
    const ungrouped = graph.integers('ungrouped', [1, kvHeads, -1, group * headSize]);
    const flat = graph.integers('flat', [1, -1, heads * headSize]);
    const keys = byHead(graph, 'keys', headSize);
    const values = byHead(graph, 'values', headSize);
    let queries = 'queries';
    for (let layer = 0; layer < layers; layer++) {
      const rows = graph.node(`${layer}.rows`, 'Reshape', [
        byHead(graph, queries, group * headSize),
        grouped,
      ]);
      const attended = attend(graph, { layer, queries: rows, keys, values, past: past(graph, layer) });
      const apart = graph.node(`${layer}.apart`, 'Reshape', [attended, ungrouped]);
      const together = graph.node(`${layer}.together`, 'Transpose', [apart], {
        attributes: { perm: [0, 2, 1, 3] },
      });
      queries = graph.node(`${layer}.attended`, 'Reshape', [together, flat]);
    }
    return queries;
  };
}

function attendApart(graph, { layer, queries, keys, values, past: [pastKeys, pastValues] }) {
  const old = score(graph, `${layer}.old_scores`, queries, pastKeys);
  const added = score(graph, `${layer}.new_scores`, queries, keys);
  const scores = graph.node(`${layer}.scores`, 'Concat', [old, added], { attributes: { axis: 3 } });
  const outputs = [`${layer}.old_weights`, `${layer}.new_weights`];
  graph.node(`${layer}.split`, 'Split', [weigh(graph, layer, scores), 'sizes'], {
    attributes: { axis: 3 },
    outputs,
  });
  const fromOld = graph.node(`${layer}.old`, 'MatMul', [outputs[0], pastValues]);
  const fromNew = graph.node(`${layer}.new`, 'MatMul', [outputs[1], values]);
  return graph.node(`${layer}.sum`, 'Add', [fromOld, fromNew]);
}

function attendJoined(graph, { layer, queries, keys, values, past: [pastKeys, pastValues] }) {
  const join = (name, parts) => graph.node(name, 'Concat', parts, { attributes: { axis: 2 } });
  const scores = score(graph, `${layer}.scores`, queries, join(`${layer}.all_keys`, [pastKeys, keys]));
  const all = join(`${layer}.all_values`, [pastValues, values]);
  return graph.node(`${layer}.sum`, 'MatMul', [weigh(graph, layer, scores), all]);
}

function score(graph, name, queries, keys) {
  return graph.node(name, 'FusedMatMul', [queries, keys], {
    ...microsoft,
    attributes: { transB: 1, alpha: { float: headSize ** -0.5 } },
  });
}

function weigh(graph, layer, scores) {
  const biased = graph.node(`${layer}.biased`, 'Add', [scores, 'grouped_bias']);
  return graph.node(`${layer}.weights`, 'Softmax', [biased], { attributes: { axis: 3 } });
}

/** `[1, rows, kvHeads * width]` to `[1, kvHeads, rows, width]`. */
function byHead(graph, value, width) {
  const shape = graph.integers(`${value}.split_shape`, [1, -1, kvHeads, width]);
  const split = graph.node(`${value}.split`, 'Reshape', [value, shape]);
  return graph.node(`${value}.by_head`, 'Transpose', [split], { attributes: { perm: [0, 2, 1, 3] } });
}

function past(graph, layer) {
  return ['past_keys', 'past_values'].map((name) =>
    graph.input(`${name}.${layer}`, 'float', [1, kvHeads, 'past', headSize]),
  );
}

const inputs = {
  queries: ['float', [1, 'rows', heads * headSize]],
  keys: ['float', [1, 'rows', kvHeads * headSize]],
  values: ['float', [1, 'rows', kvHeads * headSize]],
};
const fusedInputs = { bias: ['float', [1, 1, 'rows', 'all']], last: ['int32', [1]], total: ['int32', [1]] };
const plainInputs = { grouped_bias: ['float', [1, 1, 'grouped_rows', 'all']] };
const forms = {
  fused: { build: fused, inputs: fusedInputs },
  apart: { build: plain(attendApart), inputs: { ...plainInputs, sizes: ['int64', [2]] } },
  joined: { build: plain(attendJoined), inputs: plainInputs },
};

const sessions = {};
for (const [name, form] of Object.entries(forms)) {
  sessions[name] = await createSession((graph) => {
    for (const [input, [type, dims]] of Object.entries({ ...inputs, ...form.inputs }))
      graph.input(input, type, dims);
    graph.output(form.build(graph), 'float', [1, 'rows', heads * headSize]);
  }, Number(options.threads));
}
const cache = {};
for (let layer = 0; layer < layers; layer++) {
  const dims = [1, kvHeads, context, headSize];
  cache[`past_keys.${layer}`] = floats(dims, (index) => Math.sin(index * 1.3 + layer));
  cache[`past_values.${layer}`] = floats(dims, (index) => Math.cos(index * 0.7 + layer));
}
for (const rows of options.rows.split(',').map(Number)) {
  const feeds = createFeeds(rows);
  const runs = {};
  let expected;
  for (const [name, session] of Object.entries(sessions)) {
    const own = Object.fromEntries(session.inputNames.map((input) => [input, feeds[input]]));
    runs[name] = () => session.run(own);
    const [{ data }] = Object.values(await runs[name]());
    expected ??= data;
    const difference = data.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - expected[index])),
      0,
    );
    if (!(difference < 1e-4)) throw new Error(`${name} differs by ${difference}`);
  }
  await compare(`${rows} rows`, runs, Number(options.rounds));
}

function createFeeds(rows) {
  const all = context + rows;
  const { Tensor } = onnxruntime;
  const hidden = (row, slot) => (slot < context || slot === context + row ? 0 : Number.NEGATIVE_INFINITY);
  return {
    ...cache,
    queries: floats([1, rows, heads * headSize], (index) => Math.sin(index * 0.9)),
    keys: floats([1, rows, kvHeads * headSize], (index) => Math.sin(index * 1.1)),
    values: floats([1, rows, kvHeads * headSize], (index) => Math.sin(index * 1.7)),
    bias: floats([1, 1, rows, all], (index) => hidden(Math.floor(index / all), index % all)),
    grouped_bias: floats([1, 1, rows * group, all], (index) =>
      hidden(Math.floor(index / all / group), index % all),
    ),
    last: new Tensor('int32', Int32Array.of(all - 1), [1]),
    total: new Tensor('int32', Int32Array.of(all), [1]),
    sizes: new Tensor('int64', BigInt64Array.of(BigInt(context), BigInt(rows)), [2]),
  };
}
