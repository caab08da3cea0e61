/**
 * Decodes many outlines with models that are likely to break them, with and without the constraint, and counts how they
 * end.
 *
 *   npm run build && node bench/malformed-outlines.mjs --count 1000
 *
 * Options: --count N outlines, --constraint LIST, --seed N, --threads N. Half of them come from the embedded model at temperatures up to 3,
 * half from a checkpoint with random weights whose marker tokens are made likelier, so that it writes outlines at all.
 * `no block` is no broken outline: the answer ended, or met its limit, before any `####`.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadDecoder } from '@beltline/node';
import { createProblems } from '@beltline/tasks';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    constraint: { type: 'string', default: 'grammar,reference' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string' },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
const runtime = values.threads ? { threads: Number(values.threads) } : {};
const temperatures = [0.7, 1, 1.5, 2, 3];
const limits = { maxTokens: 600, maxTitleTokens: 16, maxBranches: 8 };

const embedded = await loadDecoder(undefined, runtime);
const random = await loadDecoder(fileURLToPath(new URL('../fixtures/golden/llama', import.meta.url)), {
  precision: 'fp32',
  ...runtime,
});
const rows = [];
for (const outlineConstraint of values.constraint.split(',')) {
  rows.push(await measure('embedded', embedded, { outlineConstraint }));
  rows.push(await measure('random weights', random, { outlineConstraint, logitBias: favourMarkers(random) }));
}
await embedded.dispose();
await random.dispose();
console.table(rows);

async function measure(model, decoder, options) {
  const problems = createProblems({ family: 'documents', seed, count: Math.ceil(count / 2) });
  const ends = {};
  let titles = 0;
  for (const [index, { prompt }] of problems.entries()) {
    const temperature = temperatures[index % temperatures.length];
    const generate = { ...limits, ...options, temperature, seed: seed + index };
    const outcome = await decodeOutline(decoder.generate(prompt, generate));
    ends[outcome.end] = (ends[outcome.end] ?? 0) + 1;
    titles += outcome.titles;
    process.stderr.write(`\r${model}, ${options.outlineConstraint}: ${index + 1} of ${problems.length}`);
  }
  process.stderr.write('\n');
  const { outline = 0, 'no-block': noBlock = 0, ...broken } = ends;
  const malformed = Object.values(broken).reduce((sum, number) => sum + number, 0);
  return {
    model,
    constraint: options.outlineConstraint,
    generations: problems.length,
    outlines: outline,
    'titles per outline': (titles / Math.max(1, outline)).toFixed(1),
    'no block': noBlock,
    malformed,
    why: JSON.stringify(broken),
  };
}

async function decodeOutline(generation) {
  const titles = new Set();
  let repeated = false;
  for await (const event of generation) {
    if (event.type === 'branch-start') {
      repeated ||= titles.has(event.title);
      titles.add(event.title);
    }
    if (event.type === 'fallback') return { end: event.reason, titles: 0 };
    if (event.type === 'stage-start' && event.stage === 'branches') break;
  }
  return repeated ? { end: 'repeated-title', titles: 0 } : { end: 'outline', titles: titles.size };
}

function favourMarkers({ tokenizer }) {
  const tokens = ['####', ':', '%%%%', '\n'].flatMap((text) => tokenizer.encode(text, { place: 'middle' }));
  return Object.fromEntries(tokens.map((token) => [token, 6]));
}
