/**
 * Shows where the time of a forward pass goes, operator by operator, by onnxruntime's profiler: for one row (sequential
 * decoding) and for a lock step. How long passes take is what `beltline bench` measures.
 *
 *   npm run build && node bench/step-profile.mjs --rows 1,10
 *
 * Options: --context N tokens that all rows see, --earlier N tokens of each branch before the step, --rows LIST, --threads N,
 * --precision fp32|int8|int4|w8a8. The model has the shape of SmolLM2-135M and random weights; it is built into a
 * temporary folder.
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

const warmUpSteps = 5;
const profiledSteps = 20;

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
    earlier: { type: 'string', default: '0' },
    rows: { type: 'string', default: '1,10' },
    threads: { type: 'string' },
    precision: { type: 'string', default: 'int4' },
  },
});
const context = Number(options.context);
const earlier = Number(options.earlier);
const widths = options.rows.split(',').map(Number);

const folder = await mkdtemp(join(tmpdir(), 'beltline-step-profile-'));
try {
  const { precision } = options;
  await writeGraphFiles(folder, { config, tensors: randomCheckpoint(config, 1), precision });
  const threads = options.threads === undefined ? {} : { threads: Number(options.threads) };
  await reportProfile({ graph: join(folder, 'model.onnx'), ...threads });
} finally {
  await rm(folder, { recursive: true });
}

/** Runs steps of each width with the runtime's profiler on. */
async function reportProfile(graph) {
  const onnxruntime = createRequire(import.meta.resolve('@beltline/onnx-node'))('onnxruntime-node');
  for (const width of widths) {
    let session;
    const InferenceSession = {
      async create(path, sessionOptions) {
        // What the adapter asks the processor beforehand is none of a step.
        if (sessionOptions.extra === undefined)
          return onnxruntime.InferenceSession.create(path, sessionOptions);
        const profiling = { enableProfiling: true, profileFilePrefix: join(folder, `rows-${width}-`) };
        session = await onnxruntime.InferenceSession.create(path, { ...sessionOptions, ...profiling });
        return session;
      },
    };
    const model = await createOnnxNodeModel({ ...graph, onnxruntime: { ...onnxruntime, InferenceSession } });
    const cache = model.createCache();
    await fillContext(model, cache);
    for (let token = 0; token < earlier; token++) await step(model, cache, width, token);
    const behind = cache.slots.length;
    const measuredStep = async () => {
      await step(model, cache, width, earlier);
      cache.truncate(behind);
    };
    await repeat(warmUpSteps, measuredStep);
    const steps = [];
    await repeat(profiledSteps, async () => steps.push(await timed(measuredStep)));
    session.endProfiling();
    await model.dispose();
    const name = (await readdir(folder)).find((file) => file.startsWith(`rows-${width}-`));
    console.log(`${width} rows, ms per step by operator:`);
    console.table(summarise(JSON.parse(await readFile(join(folder, name), 'utf8')), steps));
  }
}

/**
 * Time per operator over the last runs of a profile: the sum of each node's fastest, which no interruption of the process
 * has lengthened. `steps` are the whole steps' times in ms.
 */
function summarise(events, steps) {
  const runs = events.filter((event) => event.name === 'model_run').sort((a, b) => a.ts - b.ts);
  const first = runs.at(-profiledSteps).ts;
  const nodes = new Map();
  for (const { name, ts, dur, args } of events) {
    // Time of an If is that of the nodes in it, which have events of their own, and of the runtime.
    if (ts < first || !name.endsWith('_kernel_time') || args.op_name === 'If') continue;
    if (!nodes.has(name)) nodes.set(name, { operator: args.op_name, durations: [] });
    nodes.get(name).durations.push(dur / 1000);
  }
  const totals = new Map();
  for (const { operator, durations } of nodes.values()) {
    totals.set(operator, (totals.get(operator) ?? 0) + Math.min(...durations));
  }
  const whole = median(steps);
  totals.set('whole step', whole);
  totals.set(
    'elsewhere, with the profiler',
    whole - [...totals.values()].reduce((sum, each) => sum + each, -whole),
  );
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

/** The token after `before` others for each of `width` branches; one row is plain decoding. */
async function step(model, cache, width, before) {
  const rows = Array.from({ length: width }, (_, row) => row);
  while (cache.strands.size <= width) cache.strands.add(TRUNK);
  await model.forward(cache, {
    tokens: rows.map((row) => 100 + row),
    positions: rows.map(() => context + before),
    strands: rows.map((row) => (width === 1 ? TRUNK : row + 1)),
    logitsRows: rows,
  });
}

async function repeat(count, run) {
  for (let index = 0; index < count; index++) await run();
}

/** In ms: of the processor where one thread runs, which hardly notices other programs; by the clock where several do. */
async function timed(run) {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await run();
  const clock = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  return options.threads === '1' ? (user + system) / 1000 : clock;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function round(value) {
  return Math.round(value * 100) / 100;
}
