// Compares Beltline with llama.cpp on one GGUF file: tokenization, logits, greedy tokens.
//
//   npm run build && node bench/real-model/agreement.mjs FILE.gguf FOLDER
//
// FOLDER has node-llama-cpp in its node_modules (npm install node-llama-cpp), which is no dependency of this project.

import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadDecoder } from '@beltline/node';
import { questions } from './prompts.mjs';

const newTokens = 32;
const [file, llamaFolder] = process.argv.slice(2);
const precision = process.argv[4];
const decoder = await loadDecoder(file, { threads: 1, ...(precision && { precision }) });
const { model, tokenizer } = decoder;
const llama = await openLlama(resolve(file), resolve(llamaFolder));

const reports = [];
for (const question of questions) {
  const text = tokenizer.applyChatTemplate([{ role: 'user', content: question }], {
    addGenerationPrompt: true,
  });
  const prompt = tokenizer.encode(text);
  const sameTokens = prompt.join() === llama.tokenize(text).join();
  const ours = await decoder
    .generate({ tokens: prompt }, { mode: 'sequential', maxTokens: newTokens })
    .result();
  const answer = [...ours.tokens];
  // llama.cpp reads the very tokens that were chosen here: what it would have chosen, and how far its logits are.
  const theirs = await llama.logProbabilities(prompt, answer);
  const own = await ownLogProbabilities(prompt, answer);
  reports.push({
    question,
    sameTokens,
    ...compare(answer, own, theirs),
    free: freeRun(answer, await llama.greedy(prompt, newTokens)),
  });
  console.log(JSON.stringify(reports.at(-1)));
}
summarise();
await decoder.dispose();
await llama.dispose();

/** Log-probabilities of every step of an answer, `[steps][vocabulary]`. */
async function ownLogProbabilities(prompt, answer) {
  const cache = model.createCache();
  const tokens = [...prompt, ...answer.slice(0, -1)];
  const rows = answer.map((_, step) => prompt.length - 1 + step);
  try {
    const logits = await model.forward(cache, {
      tokens,
      positions: tokens.map((_, position) => position),
      strands: tokens.map(() => 0),
      logitsRows: rows,
    });
    return logits.map(logSoftmax);
  } finally {
    cache.dispose();
  }
}

function compare(answer, own, theirs) {
  let agreed = 0;
  const distances = [];
  const closeCalls = [];
  for (const [step, chosen] of answer.entries()) {
    const [a, b] = [own[step], theirs[step]];
    const best = indexOfMaximum(b);
    if (best === chosen) agreed += 1;
    else closeCalls.push(b[best] - b[chosen]);
    distances.push(distance(a, b));
  }
  return { steps: answer.length, agreed, closeCalls, distance: mean(distances) };
}

/**
 * Root mean square of the differences of the logits of the 100 tokens that llama.cpp finds likeliest, in nats: log-probabilities are logits
 * but for a constant, which the mean difference takes out.
 */
function distance(a, b) {
  const order = Array.from(b.keys())
    .sort((x, y) => b[y] - b[x])
    .slice(0, 100);
  const differences = order.map((token) => a[token] - b[token]);
  const shift = mean(differences);
  return Math.sqrt(mean(differences.map((difference) => (difference - shift) ** 2)));
}

/** How many tokens are the same before the first that is not. */
function freeRun(ours, theirs) {
  const length = Math.min(ours.length, theirs.length);
  let same = 0;
  while (same < length && ours[same] === theirs[same]) same += 1;
  return { same, of: Math.max(ours.length, theirs.length) };
}

function summarise() {
  const sum = (read) => reports.reduce((total, report) => total + read(report), 0);
  const close = reports.flatMap(({ closeCalls }) => closeCalls).sort((a, b) => a - b);
  console.log(`\nprompts with the same tokens: ${sum((r) => Number(r.sameTokens))} of ${reports.length}`);
  console.log(`teacher-forced: same best token in ${sum((r) => r.agreed)} of ${sum((r) => r.steps)} steps`);
  console.log(
    `where not, llama.cpp prefers its own by ${close.map((gap) => gap.toFixed(2)).join(', ') || '-'} nats`,
  );
  console.log(
    `logit distance, top 100, root mean square: ${mean(reports.map((r) => r.distance)).toFixed(4)}`,
  );
  console.log(
    `free greedy runs: ${sum((r) => r.free.same)} of ${sum((r) => r.free.of)} tokens before the first difference`,
  );
  console.log(`identical to the end: ${sum((r) => Number(r.free.same === r.free.of))} of ${reports.length}`);
}

function logSoftmax(logits) {
  const greatest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = logits.reduce((sum, value) => sum + Math.exp(value - greatest), 0);
  return Float64Array.from(logits, (value) => value - greatest - Math.log(total));
}

function indexOfMaximum(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function openLlama(modelPath, folder) {
  const entry = createRequire(join(folder, 'x.js')).resolve('node-llama-cpp');
  const { getLlama, LlamaLogLevel } = await import(pathToFileURL(entry).href);
  const runtime = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  const llamaModel = await runtime.loadModel({ modelPath });
  const context = await llamaModel.createContext({ contextSize: 1024, threads: 1 });
  const sequence = context.getSequence();
  return {
    tokenize: (text) => llamaModel.tokenize(text, true),
    async greedy(prompt, count) {
      await sequence.clearHistory();
      const tokens = [];
      for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
        tokens.push(token);
        if (llamaModel.isEogToken(token) || tokens.length === count) break;
      }
      return tokens;
    },
    async logProbabilities(prompt, answer) {
      await sequence.clearHistory();
      const ask = { generateNext: { probabilities: true } };
      const input = [
        ...prompt.slice(0, -1),
        [prompt.at(-1), ask],
        ...answer.slice(0, -1).map((token) => [token, ask]),
      ];
      const output = await sequence.controlledEvaluate(input);
      return output
        .filter((step) => step?.next?.probabilities)
        .map(({ next }) => {
          const values = new Float64Array(model.shape.vocabularySize).fill(-Infinity);
          for (const [token, probability] of next.probabilities) values[token] = Math.log(probability);
          return values;
        });
    },
    dispose: () => runtime.dispose(),
  };
}
