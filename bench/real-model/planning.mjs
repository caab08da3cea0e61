// Parallel mode on a real model: do outlines hold, what do the branches say, how much faster is it?
//
//   npm run build && node bench/real-model/planning.mjs FILE.gguf [how many plans] [--instructions]
//
// Both modes run one after the other for each plan, so that a busy machine slows both. Greedy. An answer is over when a model of this
// size begins to repeat itself: at the first #### behind the conclusion's beginning.

import { createDecoder } from '@beltline/decoder';
import { loadDecoder } from '@beltline/node';
import { planningQuestion, plans, shownAnswers } from './prompts.mjs';

// The shown steps have some 20 tokens; a branch that begins to repeat itself is cut.
const limits = { maxTokens: 400, maxBranchTokens: 64 };
const [file, count = String(plans.length)] = process.argv.slice(2);
const loaded = await loadDecoder(file, { threads: 1 });
let passes = 0;
const model = {
  ...loaded.model,
  forward(cache, step) {
    passes += 1;
    return loaded.model.forward(cache, step);
  },
};
// A prompt that shows the format needs no explanation of it; --instructions has the explanation only.
const explains = process.argv.includes('--instructions');
const format = explains ? 'instructions' : 'trained';
const decoder = createDecoder({ model, tokenizer: loaded.tokenizer, format });

const reports = [];
for (const plan of plans.slice(0, Number(count))) {
  const report = { plan: plan[0], aspects: plan[1] };
  for (const mode of ['sequential', 'parallel']) report[mode] = await answer(plan, mode);
  reports.push(report);
  describe(report);
}
summarise();
await loaded.dispose();

/** One answer up to its end, or to where it begins anew; the prompt's prefill does not count. */
async function answer(plan, mode) {
  const question = { role: 'user', content: planningQuestion(plan) };
  const prompt = explains ? [question] : [...shownAnswers, question];
  const seen = { text: '', conclusion: '', titles: [], bodies: [], fallback: undefined };
  let start;
  for await (const event of decoder.generate(prompt, { mode, ...limits })) {
    if (event.type === 'stage-end' && event.stage === 'prefill') {
      passes = 0;
      start = performance.now();
    }
    note(seen, event);
    if (/\n\s*####/.test(seen.conclusion)) break;
  }
  return { ...seen, passes, milliseconds: performance.now() - start };
}

function note(seen, event) {
  if (event.type === 'branch-start') seen.titles[event.branch] = event.title;
  if (event.type === 'branch-delta')
    seen.bodies[event.branch] = (seen.bodies[event.branch] ?? '') + event.text;
  if (event.type === 'fallback') seen.fallback = event.reason;
  if (event.type !== 'text-delta') return;
  seen.text += event.text;
  if (event.stage === 'conclusion') seen.conclusion += event.text;
  if (event.stage === 'sequential') {
    const [steps, ...rest] = seen.text.split('####%%%%');
    seen.conclusion = rest.join('####%%%%');
    seen.titles = [...steps.matchAll(/^####([^:\n]+):/gm)].map(([, title]) => title);
  }
}

/** Whether a title was found for every aspect that was asked for: `buses` will do for `bus`. */
function covers({ titles }, aspects) {
  const found = titles.map((title) => title.toLowerCase());
  return aspects.every((aspect) =>
    found.some((title) => title.includes(aspect.replace(/s$/, '').toLowerCase())),
  );
}

function describe({ plan, aspects, sequential, parallel }) {
  const line = ({ passes, milliseconds, titles, fallback }) =>
    `${passes} passes, ${(milliseconds / 1000).toFixed(1)} s, titles: ${titles.join(', ') || '-'}${fallback ? ` (${fallback})` : ''}`;
  console.log(`\n${plan}: ${aspects.join(', ')}`);
  console.log(`  sequential  ${line(sequential)}`);
  console.log(`  parallel    ${line(parallel)}`);
  for (const [branch, body] of parallel.bodies.entries())
    console.log(`    ####${parallel.titles[branch]}:${body.trimEnd()}`);
  console.log(`    = ${parallel.conclusion.split('####')[0].trim()}`);
}

function summarise() {
  const held = reports.filter(({ parallel }) => parallel.bodies.length > 1);
  const ratios = (read) =>
    held.map(({ sequential, parallel }) => read(sequential) / read(parallel)).sort((a, b) => a - b);
  const median = (values) => values[Math.floor(values.length / 2)]?.toFixed(2);
  const total = (mode, read) => held.reduce((sum, report) => sum + read(report[mode]), 0);
  console.log(`\nbranches were decoded: ${held.length} of ${reports.length}; from here on, of these`);
  console.log(
    `a title for every aspect: parallel ${held.filter(({ parallel, aspects }) => covers(parallel, aspects)).length}, ` +
      `sequential ${held.filter(({ sequential, aspects }) => covers(sequential, aspects)).length}`,
  );
  for (const [name, read] of [
    ['passes', (one) => one.passes],
    ['time', (one) => one.milliseconds],
  ]) {
    const ratio = (total('sequential', read) / total('parallel', read)).toFixed(2);
    console.log(`${name}, sequential over parallel: median ${median(ratios(read))}, of the sums ${ratio}`);
  }
}
