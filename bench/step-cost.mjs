/**
 * Times a forward pass on the CPU: one row (sequential decoding) against lock steps of several branches.
 *
 *   npm run build && node bench/step-cost.mjs --rows 1,2,4,8,10,16 --rounds 60
 *
 * Options: --context N tokens behind the step, --rows LIST, --rounds N, --threads N, --precision fp32|int8|int4,
 * --profile to see where the time of a step goes. The model has the shape of SmolLM2-135M and random weights; it
 * is built into a temporary folder. A round times one step of each width in turn, so that a busy moment of the
 * machine hits all of them.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseModelConfig, randomCheckpoint } from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import { TRUNK } from '@beltline/mask';
import { createOnnxNodeModel } from '@beltline/onnx-node';

const warmUpRounds = 3;
const profiledSteps = 10;

const config = parseModelConfig({
  model_type: 'llama',
  hidden_size: 576,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  head_dim: 64,
  intermediate_size: 1536,
  vocab_size: 49152,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 100000,
  tie_word_embeddings: true,
});

const { values: options } = parseArgs({
  options: {
    context: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '1,2,4,8,10,16' },
    rounds: { type: 'string', default: '30' },
    threads: { type: 'string' },
    precision: { type: 'string', default: 'int4' },
    profile: { type: 'boolean', default: false },
  },
});
const context = Number(options.context);
const widths = options.rows.split(',').map(Number);

const folder = await mkdtemp(join(tmpdir(), 'beltline-step-cost-'));
try {
  const { precision } = options;
  await writeGraphFiles(folder, { config, tensors: randomCheckpoint(config, 1), precision });
  const threads = options.threads === undefined ? {} : { threads: Number(options.threads) };
  const graph = { graph: join(folder, 'model.onnx'), ...threads };
  await reportTimes(await createOnnxNodeModel(graph));
  if (options.profile) await reportProfile(graph);
} finally {
  await rm(folder, { recursive: true });
}

async function reportTimes(model) {
  const cache = model.createCache();
  const prefill = await timed(() => fillContext(model, cache));
  const times = new Map(widths.map((width) => [width, []]));
  for (let round = 0; round < warmUpRounds + Number(options.rounds); round++) {
    for (const width of widths) {
      const time = await timed(() => step(model, cache, width));
      if (round >= warmUpRounds) times.get(width).push(time);
    }
  }
  await model.dispose();
  console.log(`prefill of ${context} tokens: ${Math.round((context / prefill) * 1000)} tokens/s`);
  const single = median(times.get(widths[0]));
  console.table(
    widths.map((rows) => ({
      rows,
      'median ms': round(median(times.get(rows))),
      'min ms': round(Math.min(...times.get(rows))),
      [`ratio to ${widths[0]}`]: round(median(times.get(rows)) / single),
      'tokens/s': Math.round((rows * 1000) / median(times.get(rows))),
    })),
  );
}

/** Runs steps of the first and the last width with the runtime's profiler on. */
async function reportProfile(graph) {
  const onnxruntime = createRequire(import.meta.resolve('@beltline/onnx-node'))('onnxruntime-node');
  for (const width of [widths[0], widths.at(-1)]) {
    let session;
    const InferenceSession = {
      async create(path, sessionOptions) {
        const profiling = { enableProfiling: true, profileFilePrefix: join(folder, `rows-${width}`) };
        session = await onnxruntime.InferenceSession.create(path, { ...sessionOptions, ...profiling });
        return session;
      },
    };
    const model = await createOnnxNodeModel({ ...graph, onnxruntime: { ...onnxruntime, InferenceSession } });
    const cache = model.createCache();
    await fillContext(model, cache);
    for (let count = 0; count < 5; count++) await step(model, cache, width);
    const wall = (await timed(() => repeat(profiledSteps, () => step(model, cache, width)))) / profiledSteps;
    session.endProfiling();
    await model.dispose();
    const name = (await readdir(folder)).find((file) => file.startsWith(`rows-${width}`));
    console.log(`${width} rows, ms per step by operator:`);
    console.table(summarise(JSON.parse(await readFile(join(folder, name), 'utf8')), wall));
  }
}

/** Time per operator over the last runs of a profile, whose steps took `wall` ms each. */
function summarise(events, wall) {
  const starts = events.filter((event) => event.name === 'model_run').map((event) => event.ts);
  const first = starts.sort((a, b) => a - b).at(-profiledSteps);
  const totals = new Map();
  for (const { name, ts, dur, args } of events) {
    if (ts < first || !(name === 'model_run' || name.endsWith('_kernel_time'))) continue;
    const operator = name === 'model_run' ? 'runtime' : args.op_name;
    totals.set(operator, (totals.get(operator) ?? 0) + dur / 1000 / profiledSteps);
  }
  totals.set('JavaScript and copies', wall - totals.get('runtime'));
  return [...totals]
    .sort((a, b) => b[1] - a[1])
    .filter(([, milliseconds]) => milliseconds >= 0.05)
    .map(([operator, milliseconds]) => ({ operator, ms: round(milliseconds) }));
}

async function fillContext(model, cache) {
  const chunk = 250;
  for (let start = 0; start < context; start += chunk) {
    const positions = Array.from({ length: Math.min(chunk, context - start) }, (_, index) => start + index);
    await model.forward(cache, {
      tokens: positions.map((position) => (position * 7919) % config.vocabularySize),
      positions,
      strands: positions.map(() => TRUNK),
      logitsRows: [],
    });
  }
}

/** One token for each of `width` branches, then back to the bare context; one row is plain decoding. */
async function step(model, cache, width) {
  const rows = Array.from({ length: width }, (_, row) => row);
  while (cache.strands.size <= width) cache.strands.add(TRUNK);
  await model.forward(cache, {
    tokens: rows.map((row) => 100 + row),
    positions: rows.map(() => context),
    strands: rows.map((row) => (width === 1 ? TRUNK : row + 1)),
    logitsRows: rows,
  });
  cache.truncate(context);
}

async function repeat(count, run) {
  for (let index = 0; index < count; index++) await run();
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value) {
  return Math.round(value * 100) / 100;
}
