/**
 * Times the attention of one pass, in the forms that belt-ready graphs have for it: 30 layers of SmolLM2-135M's shape
 * behind a context, each row seeing the context and what its branch has had so far. All forms must give the same.
 *
 *   npm run build && node bench/operators/attention.mjs
 *
 * Options: --context 1000, --rows 1,2,4,10,30,256, --each 1 (rows of each branch), --earlier 0 (tokens that each branch has
 * had after the context), --threads 1, --rounds 21.
 *
 * - fused: GroupQueryAttention, which clears a buffer for all slots and copies the past there.
 * - in place: plain products over keys and values as they lie, which the pass writes behind the past.
 * - apart: the same graph, told that what comes after the context is a suffix, of which each row sees its own slots.
 * - joined: plain products over past and new slots that each layer copies together.
 */
import { parseArgs } from 'node:util';
import { unfuseAttention } from '@beltline/graph';
import { compare, createSession, floats, microsoft, onnxruntime } from './time-graphs.mjs';

const [heads, kvHeads, headSize] = [9, 3, 64];
const width = kvHeads * headSize;
const layers = [...Array(30).keys()];

const { values: options } = parseArgs({
  options: {
    context: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '1,2,4,10,30,256' },
    each: { type: 'string', default: '1' },
    earlier: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '21' },
  },
});
const context = Number(options.context);
const each = Number(options.each);
const earlier = Number(options.earlier);

/** All layers take the same new keys and values; each one's queries are the result of the one before. */
function attention(graph) {
  graph.input('attention_bias', 'float', [1, 1, 'rows', 'all']);
  graph.input('last', 'int32', [1]);
  graph.input('count', 'int32', [1]);
  let queries = graph.input('queries', 'float', [1, 'rows', heads * headSize]);
  for (const part of ['keys', 'values']) graph.input(part, 'float', [1, 'rows', width]);
  for (const layer of layers) {
    const added = ['keys', 'values'].map((part) => {
      graph.output(`new_${part}.${layer}`, 'float', [1, 'rows', width]);
      return graph.node(`new_${part}.${layer}`, 'Identity', [part]);
    });
    const past = ['keys', 'values'].map((part) =>
      graph.input(`past_${part}.${layer}`, 'float', [1, kvHeads, 'past', headSize]),
    );
    const inputs = [queries, ...added, ...past, 'last', 'count', '', '', '', 'attention_bias'];
    queries = graph.node(`attended.${layer}`, 'GroupQueryAttention', inputs, {
      ...microsoft,
      attributes: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 0 },
      outputs: [`attended.${layer}`, `present_keys.${layer}`, `present_values.${layer}`],
    });
  }
  graph.output(queries, 'float', [1, 'rows', heads * headSize]);
}

const forms = {
  fused: (bytes) => bytes,
  'in place': (bytes) => unfuseAttention(bytes, { cache: 'in-place' }),
  joined: (bytes) => unfuseAttention(bytes, { cache: 'joined' }),
};
const attended = `attended.${layers.at(-1)}`;
const sessions = {};
for (const [name, change] of Object.entries(forms)) {
  sessions[name] = await createSession(attention, Number(options.threads), change);
}
sessions.apart = sessions['in place'];
for (const rows of options.rows.split(',').map(Number)) {
  const runs = {};
  let expected;
  for (const [name, session] of Object.entries(sessions)) {
    const [feeds, targets] = createFeeds(name, rows);
    runs[name] = () => session.run(feeds, { ...targets, [attended]: null });
    const { data } = (await runs[name]())[attended];
    expected ??= data;
    const difference = data.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - expected[index])),
      0,
    );
    if (!(difference < 1e-4)) throw new Error(`${name} differs by ${difference}`);
  }
  await compare(`${rows} rows`, runs, Number(options.rounds));
}

function createFeeds(form, rows) {
  const branches = rows / each;
  const past = context + earlier * branches;
  const all = past + rows;
  const isInPlace = form === 'in place' || form === 'apart';
  const { Tensor } = onnxruntime;
  const sees = (row, slot) =>
    slot < context || (slot <= past + row && (slot - context) % branches === row % branches);
  const feeds = {
    queries: floats([1, rows, heads * headSize], (index) => Math.sin(index * 0.9)),
    keys: floats([1, rows, width], (index) => Math.sin(index * 1.1)),
    values: floats([1, rows, width], (index) => Math.sin(index * 1.7)),
    attention_bias: floats([1, 1, rows, all], (index) =>
      sees(Math.floor(index / all), index % all) ? 0 : Number.NEGATIVE_INFINITY,
    ),
    last: new Tensor('int32', Int32Array.of(all - 1), [1]),
    count: new Tensor('int32', Int32Array.of(all), [1]),
  };
  // As in the product, one memory for all layers.
  const memory = isInPlace ? new Float32Array(2 * layers.length * all * width) : undefined;
  if (isInPlace) {
    const seen = form === 'apart' ? earlier + each : 0;
    const slotOf = (row, index) => context + (row % branches) + index * branches;
    const places = [0, 1].flatMap((part) =>
      layers.flatMap((layer) =>
        Array.from(
          { length: seen * rows },
          (_, at) => (part * layers.length + layer) * all + slotOf(at % rows, Math.floor(at / rows)),
        ),
      ),
    );
    feeds.suffix_memory = new Tensor('float32', memory, [2 * layers.length * all, kvHeads, headSize]);
    feeds.suffix_slots = new Tensor('int32', Int32Array.from(places), [2 * layers.length, seen, rows]);
    feeds.suffix_bias = floats([rows, 1, 1, seen], (at) =>
      sees(Math.floor(at / seen), slotOf(Math.floor(at / seen), at % seen)) ? 0 : Number.NEGATIVE_INFINITY,
    );
  }
  const targets = {};
  for (const layer of layers) {
    for (const [index, [part, valueAt]] of [
      ['keys', (slot, head, index) => Math.sin(slot * 1.3 + head * 7 + index * 3 + layer)],
      ['values', (slot, head, index) => Math.cos(slot * 0.7 + head * 5 + index * 2 + layer)],
    ].entries()) {
      if (form === 'fused') {
        feeds[`past_${part}.${layer}`] = floats([1, kvHeads, past, headSize], (at) =>
          valueAt(Math.floor(at / headSize) % past, Math.floor(at / headSize / past), at % headSize),
        );
        continue;
      }
      let { data } = floats([all, kvHeads, headSize], (at) =>
        valueAt(Math.floor(at / width), Math.floor(at / headSize) % kvHeads, at % headSize),
      );
      if (isInPlace) {
        const first = (index * layers.length + layer) * data.length;
        memory.set(data, first);
        data = memory.subarray(first, first + data.length);
      }
      const end = { 'in place': all, apart: context, joined: past }[form];
      feeds[`${part}.${layer}`] = new Tensor('float32', data.subarray(0, end * width), [
        end,
        kvHeads,
        headSize,
      ]);
      targets[`new_${part}.${layer}`] = new Tensor('float32', data.subarray(past * width), [1, rows, width]);
    }
  }
  return [feeds, targets];
}
