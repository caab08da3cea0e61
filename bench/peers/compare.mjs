/**
 * Measures Beltline, transformers.js and node-llama-cpp on a model of the same shape, weights and context, in one run.
 * README.md beside this file says what is measured and how to install it.
 */
import { arch, availableParallelism, cpus, loadavg, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareModels } from './models/prepare-models.mjs';
import { startPeer } from './start-peer.mjs';
import { drawTable, summarize } from './summary.mjs';

const modules = {
  Beltline: './peers/beltline.mjs',
  'Beltline w8a8': './peers/beltline.mjs',
  'Beltline wide': './peers/beltline.mjs',
  'transformers.js': './peers/transformers.mjs',
  'node-llama-cpp': './peers/node-llama-cpp.mjs',
};

const { values } = parseArgs({
  options: {
    context: { type: 'string', default: '1000' },
    rows: { type: 'string', default: '1,4,10,30' },
    steps: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    peers: { type: 'string', default: Object.keys(modules).join(',') },
    cache: { type: 'string', default: join(tmpdir(), 'beltline-peers') },
    json: { type: 'boolean', default: false },
  },
});
const [context, steps, rounds, threads] = ['context', 'steps', 'rounds', 'threads'].map((name) =>
  count(name, values[name]),
);
const measurements = [
  { type: 'prompt' },
  ...values.rows.split(',').map((rows) => ({ type: 'steps', rows: count('rows', rows), steps })),
];
const names = values.peers.split(',');
for (const name of names) {
  if (!Object.hasOwn(modules, name))
    throw new RangeError(`--peers: expected some of ${Object.keys(modules)}, got ${name}`);
}
/** Tokens that are decoded behind the context. */
const room = steps + 1;

const loadBefore = loadavg()[0];
const models = await prepareModels(values.cache, log);
const peers = [];
try {
  for (const name of names) {
    log(`loading ${name}`);
    const settings = { ...models[name], threads, context, room };
    peers.push(await startPeer({ name, module: modules[name], settings }));
  }
  const samples = await measure();
  const summary = summarize(samples, { measurements, peers: names, context });
  report(summary);
  requireSameModel(summary);
} finally {
  for (const peer of peers) await peer.stop();
}

/** In each round every peer does every measurement, one at a time; the peers' order changes. A round to warm up comes first. */
async function measure() {
  const samples = [];
  for (let round = -1; round < rounds; round++) {
    log(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
    for (const [index, measurement] of measurements.entries()) {
      for (const peer of rotate(peers, round + 1 + index)) {
        const sample = await peer.measure(measurement);
        if (round >= 0) samples.push({ round, measurement, peer: peer.name, ...sample });
      }
    }
  }
  return samples;
}

function report(summary) {
  const versions = Object.fromEntries(peers.map((peer) => [peer.name, peer.versions]));
  const [{ model: processor }] = cpus();
  const cores = availableParallelism();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const machine = { processor, cores, memory, platform: `${platform()} ${arch()}`, node: process.version };
  const load = { before: loadBefore, after: loadavg()[0] };
  if (values.json) {
    console.log(JSON.stringify({ machine, load, versions, context, threads, rounds, steps, summary }));
    return;
  }
  console.log(
    `SmolLM2-135M's shape, random weights of 4 bits, ${context} tokens of context, ${threads} threads, ${rounds} rounds of ${steps} steps`,
  );
  console.log(`${processor}, ${cores} cores, ${memory}, ${machine.platform}, Node ${machine.node}`);
  console.log(`load average ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} at the end`);
  for (const [peer, packages] of Object.entries(versions)) {
    console.log(
      `${peer}: ${Object.entries(packages)
        .map((entry) => entry.join(' '))
        .join(', ')}`,
    );
  }
  console.log(`\n${drawTable(summary).join('\n')}`);
}

/** The weights are the same, so most rows begin alike, whatever each peer's rounding. */
function requireSameModel(summary) {
  for (const { peer, sameTokens } of summary) {
    if (2 * sameTokens.same > sameTokens.of) continue;
    log(
      `${peer} computes something else: ${sameTokens.same} of ${sameTokens.of} tokens are those of ${names[0]}`,
    );
    process.exitCode = 1;
  }
}

function count(name, text) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`--${name}: expected whole numbers from 1 on, got ${text}`);
}

function rotate(items, by) {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function log(text) {
  process.stderr.write(`${text}\n`);
}
