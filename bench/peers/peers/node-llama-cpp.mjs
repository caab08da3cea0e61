import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { versionOf } from './version-of.mjs';
import { firstToken, promptTokens } from './workload.mjs';

/** @returns a peer: see `../peer-process.mjs` */
export async function createPeer({ path, threads, context, room }) {
  const options = { gpu: false, build: 'never', progressLogs: false, logLevel: LlamaLogLevel.error };
  const llama = await getLlama({ ...options, maxThreads: threads });
  const model = await llama.loadModel({ modelPath: path });
  const prompt = promptTokens(context);
  const groups = new Map();

  async function prefill() {
    return evaluatePrompt(groups.get(1)[0], prompt);
  }

  /**
   * All sequences lie in one context and are evaluated in one batch. What the public interface has for a shared prompt is
   * a copy of its state: it is evaluated once, but every sequence has its keys and values for itself.
   */
  async function decode(rows, steps, onStep) {
    if (!groups.has(rows)) await openGroup(rows);
    const sequences = groups.get(rows);
    for (const sequence of sequences) await rewind(sequence, context);
    const first = sequences.map((_, row) => [firstToken(row)]);
    await takeSteps(sequences, first, steps, onStep);
  }

  async function openGroup(rows) {
    const sequences = await createSequences(model, { count: rows, size: context + room, threads });
    groups.set(rows, sequences);
    const [first, ...others] = sequences;
    await evaluatePrompt(first, prompt);
    await copyState(first, others);
  }

  await openGroup(1);
  const versions = {
    'node-llama-cpp': versionOf('node-llama-cpp', import.meta.url),
    'llama.cpp': llama.llamaCppRelease.release,
  };
  return { versions, prefill, decode };
}

async function createSequences(model, { count, size, threads }) {
  const llamaContext = await model.createContext({
    sequences: count,
    contextSize: size,
    threads: { ideal: threads, min: threads },
  });
  return Array.from({ length: count }, () => llamaContext.getSequence());
}

async function copyState(source, sequences) {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-peers-state-'));
  try {
    const file = join(folder, 'prompt.state');
    await source.saveStateToFile(file);
    for (const sequence of sequences) await sequence.loadStateFromFile(file, { acceptRisk: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function evaluatePrompt(sequence, prompt) {
  await sequence.clearHistory();
  const [[next]] = await takeSteps([sequence], [prompt], 1);
  await rewind(sequence, prompt.length);
  return next;
}

/** Each generator evaluates what it gave last and chooses the next token; what all wait for makes one batch. */
async function takeSteps(sequences, inputs, steps, onStep = () => {}) {
  const options = { temperature: 0, yieldEogToken: true };
  const generators = sequences.map((sequence, row) => sequence.evaluate(inputs[row], options));
  const chosen = [];
  for (let step = 0; step < steps; step++) {
    const results = await Promise.all(generators.map((generator) => generator.next()));
    const tokens = results.map(({ value }) => value);
    onStep(tokens);
    chosen.push(tokens);
  }
  await Promise.all(generators.map((generator) => generator.return()));
  return chosen;
}

async function rewind(sequence, length) {
  const { nextTokenIndex } = sequence;
  if (nextTokenIndex <= length) return;
  await sequence.eraseContextTokenRanges([{ start: length, end: nextTokenIndex }]);
}
