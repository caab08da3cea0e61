/**
 * Decodes many answers and forks, aborts, leaves or cancels most of them at random places, and watches that neither memory
 * nor open caches grow.
 *
 *   npm run build && node --expose-gc bench/soak.mjs --count 500
 *
 * Options: --model NAME|FOLDER, --count N, --seed N, --threads N. Memory is what the process holds after a collection,
 * sampled after each tenth of the generations; growth is told from the second tenth on, when all is warm.
 */
import { parseArgs } from 'node:util';
import { createDecoder } from '@beltline/decoder';
import { loadDecoder } from '@beltline/node';
import { createProblems } from '@beltline/tasks';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    count: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string' },
  },
});
if (!globalThis.gc) throw new Error('run with node --expose-gc');
const count = Number(values.count);
const loaded = await loadDecoder(values.model, values.threads ? { threads: Number(values.threads) } : {});
const caches = watchCaches(loaded.model);
const decoder = createDecoder({ model: caches.model, tokenizer: loaded.tokenizer, format: 'trained' });
const problems = createProblems({ family: 'documents', seed: Number(values.seed), count: 20 });
const random = createRandom(Number(values.seed));

const ends = {};
const samples = [];
for (let index = 0; index < count; index++) {
  const end = await decodeSome(problems[index % problems.length].prompt, index);
  ends[end] = (ends[end] ?? 0) + 1;
  if ((index + 1) % Math.ceil(count / 10) === 0) samples.push(await measure(index + 1));
}
await loaded.dispose();
console.table(samples);
console.log('ends:', ends);
const grown = samples.at(-1).megabytes - samples[1].megabytes;
console.log(`growth after warm-up: ${grown.toFixed(1)} MB; caches left open: ${caches.open.size}`);
if (caches.open.size > 0) process.exitCode = 1;

/** Starts something and stops it after a random number of events, in one of the ways in which a program can. */
async function decodeSome(prompt, index) {
  const controller = new AbortController();
  const stopAfter = Math.floor(random() * 120);
  const way = ['finish', 'abort', 'leave', 'cancel', 'dispose'][Math.floor(random() * 5)];
  const options = { maxTokens: 200, temperature: 0.8, seed: index, signal: controller.signal };
  const stream =
    index % 3 === 2 ? fork(prompt, options) : decoder.generate(prompt, { ...options, join: join() });
  let events = 0;
  try {
    for await (const _ of stream) {
      if (events++ !== stopAfter) continue;
      if (way === 'abort') controller.abort();
      else if (way === 'cancel') (stream.branches?.[0] ?? { cancel: () => stream.cancelBranch(0) }).cancel();
      else if (way === 'leave' || way === 'dispose') break;
    }
    if (way !== 'dispose' && way !== 'leave') await stream.join?.('####%%%%', { maxTokens: 20 }).result();
  } catch (error) {
    if (error !== controller.signal.reason) throw error;
    return 'aborted';
  } finally {
    stream.dispose?.();
  }
  return way;
}

function fork(prompt, options) {
  const branches = Array.from({ length: 2 + Math.floor(random() * 5) }, (_, index) => ({
    prompt: `####Document ${index + 1}:`,
    stop: ['####'],
    maxTokens: 30,
  }));
  return decoder.fork(prompt, branches, options);
}

function join() {
  return random() < 0.5 ? 'recompute' : 'reuse';
}

async function measure(generations) {
  // Twice, with a turn between: what finalizers free is freed by the second.
  globalThis.gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  globalThis.gc();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    generations,
    megabytes: (heapUsed + arrayBuffers) / 2 ** 20,
    'resident megabytes': rss / 2 ** 20,
    'open caches': caches.open.size,
  };
}

/** The same model, and which of its caches have not been disposed. */
function watchCaches(model) {
  const open = new Set();
  const createCache = (options) => {
    const cache = model.createCache(options);
    const { dispose } = cache;
    open.add(cache);
    return Object.assign(cache, {
      dispose() {
        open.delete(cache);
        dispose();
      },
    });
  };
  return { open, model: { ...model, createCache } };
}

/** Repeatable numbers in [0, 1). */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
