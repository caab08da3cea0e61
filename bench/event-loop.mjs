/**
 * Answers the same prompt with a decoder in this thread and with one in a worker, in turns, and shows how long timers of this
 * thread had to wait meanwhile, and what the worker costs.
 *
 *   npm run build && node bench/event-loop.mjs
 *
 * Options: --rounds N, --prompt N and --tokens N of an answer, --threads N, --model NAME|FOLDER|FILE.gguf. The default model has the
 * layers of SmolLM2-135M with random weights (int4) and the vocabulary of the embedded model; it is built into a temporary
 * folder. Take the ratios where the machine does other work as well.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseModelConfig, randomCheckpoint } from '@beltline/graph';
import { writeGraphFiles } from '@beltline/graph/node';
import { loadDecoder } from '@beltline/node';

const config = {
  model_type: 'llama',
  hidden_size: 576,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  head_dim: 64,
  intermediate_size: 1536,
  vocab_size: 2048,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 100000,
  tie_word_embeddings: true,
};

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    prompt: { type: 'string', default: '1000' },
    tokens: { type: 'string', default: '64' },
    threads: { type: 'string' },
  },
});
const prompt = {
  tokens: Array.from({ length: Number(values.prompt) }, (_, index) => 100 + ((index * 7919) % 1900)),
};

const folder = await mkdtemp(join(tmpdir(), 'beltline-event-loop-'));
const decoders = {};
try {
  const model = values.model ?? (await writeRandomModel());
  // Nothing is kept, so that each answer reads its prompt.
  const options = {
    prefixCache: { maxTokens: 0 },
    ...(values.threads && { threads: Number(values.threads) }),
  };
  decoders['this thread'] = await loadDecoder(model, options);
  decoders['a worker'] = await loadDecoder(model, { ...options, worker: true });
  await report();
} finally {
  for (const decoder of Object.values(decoders)) await decoder.dispose();
  await rm(folder, { recursive: true });
}

async function report() {
  const names = Object.keys(decoders);
  const rounds = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await measure(decoders[name]);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of round % 2 ? names.toReversed() : names)
      rounds[name].push(await measure(decoders[name]));
  }
  const table = {};
  for (const name of names) {
    table[name] = {};
    for (const what of Object.keys(rounds[name][0])) {
      table[name][what] = Math.round(median(rounds[name].map((each) => each[what])) * 10) / 10;
    }
  }
  console.table(table);
  const ratios = rounds['a worker'].map(
    (each, round) => each['answer, ms'] / rounds['this thread'][round]['answer, ms'],
  );
  console.log(
    `an answer in a worker takes ${median(ratios).toFixed(3)} of its time in this thread ` +
      `(median of ${ratios.length} rounds, ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`,
  );
}

/** One answer, and the delays of this thread's event loop while it came, in ms. */
async function measure(decoder) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const options = { mode: 'sequential', maxTokens: Number(values.tokens) };
  let read = 0;
  let result;
  delays.enable();
  const start = performance.now();
  for await (const event of decoder.generate(prompt, options)) {
    if (event.type === 'stage-end' && event.stage === 'prefill') read = performance.now() - start;
    if (event.type === 'finish') result = event.result;
  }
  const whole = performance.now() - start;
  delays.disable();
  return {
    'longest delay': delays.max / 1e6,
    'mean delay': delays.mean / 1e6,
    'prompt, ms': read,
    'tokens/s': (1000 * result.tokens.length) / (whole - read),
    'answer, ms': whole,
  };
}

/** Random weights beside the embedded model's tokenizer. */
async function writeRandomModel() {
  const embedded = fileURLToPath(new URL('../packages/model-tiny/files', import.meta.url));
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'beltline.json']) {
    await cp(join(embedded, file), join(folder, file));
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const parsed = parseModelConfig(config);
  await writeGraphFiles(folder, { config: parsed, tensors: randomCheckpoint(parsed, 1), precision: 'int4' });
  return folder;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
