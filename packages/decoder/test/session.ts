import type { LanguageModel } from '@beltline/backend';
import { createDecoder, type Decoder, type GenerateOptions, type GenerationResult } from '@beltline/decoder';
import { expect } from 'vitest';
import { createByteTokenizer } from './scripted-model.ts';
import { countSlots, watchCaches } from './watch-caches.ts';

const tokenizer = createByteTokenizer(['####', '%%%%']);
// Lets blocks come at all: the weights are random.
const logitBias = { 257: 3, 258: 2 };
const limits = { maxTokens: 40, maxBranchTokens: 6, maxBranches: 3, maxTitleTokens: 3, logitBias } as const;

/** How often what was to be tested came up. */
export interface Seen {
  reused: number;
  parallel: number;
  aborted: number;
  joined: number;
}

/**
 * Runs random sessions on a model, each on a decoder that keeps little or much, and checks every answer against a decoder
 * that keeps nothing.
 */
export async function runSessions(
  model: LanguageModel,
  { sessions, seed }: { sessions: number; seed: number },
): Promise<Seen> {
  const random = createRandom(seed);
  const caches = watchCaches(model);
  const seen: Seen = { reused: 0, parallel: 0, aborted: 0, joined: 0 };
  const plain = createDecoder({ model, tokenizer, prefixCache: { maxTokens: 0 } });
  for (let session = 0; session < sessions; session++) {
    const maxTokens = 10 + random(300);
    const before = countSlots(caches);
    const keeping = createDecoder({ model, tokenizer, prefixCache: { maxTokens } });
    await runSession({ keeping, plain, random, seen });
    expect(countSlots(caches) - before).toBeLessThanOrEqual(maxTokens);
  }
  return seen;
}

interface Session {
  readonly keeping: Decoder;
  readonly plain: Decoder;
  readonly random: (end: number) => number;
  readonly seen: Seen;
}

async function runSession({ keeping, plain, random, seen }: Session): Promise<void> {
  const documents = [1, 2].map(() => Array.from({ length: 5 + random(20) }, () => 1 + random(250)));
  /** Texts to go on from: documents, and conversations so far. */
  const texts = [...documents];
  const choosePrompt = () => {
    const start = texts[random(texts.length)]!;
    return { tokens: [...start, ...Array.from({ length: 1 + random(4) }, () => 1 + random(250))] };
  };
  const chooseOptions = (): GenerateOptions => ({
    ...limits,
    mode: random(3) === 0 ? 'sequential' : 'parallel',
    join: random(2) === 0 ? 'recompute' : 'reuse',
    chunkSize: 1 + random(30),
    drafts: random(3) === 0 ? 'lookup' : 'off',
    ...(random(4) === 0 && { kvBudget: 40 + random(60) }),
  });

  async function ask(): Promise<void> {
    const prompt = choosePrompt();
    const options = chooseOptions();
    if (prompt.tokens.length >= (options.kvBudget ?? Infinity)) return;
    const answer = await keeping.generate(prompt, options).result();
    const expected = await plain.generate(prompt, options).result();
    expect(answer.tokens).toEqual(expected.tokens);
    expect(answer.branches).toEqual(expected.branches);
    expect(answer.statistics.promptTokens).toBe(prompt.tokens.length);
    count(answer);
    // As a conversation's next prompt would hold it.
    if (prompt.tokens.length < 90) texts.push([...prompt.tokens, ...answer.tokens]);
  }

  function count({ mode, statistics }: GenerationResult): void {
    if (statistics.reusedTokens > 0) seen.reused++;
    if (statistics.reusedTokens > 0 && mode === 'parallel') seen.parallel++;
  }

  async function abort(): Promise<void> {
    const controller = new AbortController();
    let events = random(40);
    const reading = (async () => {
      const options = { ...chooseOptions(), signal: controller.signal, kvBudget: 300 };
      for await (const _ of keeping.generate(choosePrompt(), options)) if (events-- === 0) controller.abort();
    })();
    await reading.catch((error) => {
      expect(error).toBe(controller.signal.reason);
      seen.aborted++;
    });
  }

  async function fork(): Promise<void> {
    const prefix = choosePrompt();
    const branches = [1, 2, 3].map((length) => ({
      prompt: { tokens: [length, 1 + random(250)] },
      maxTokens: length * 2,
    }));
    const join = random(2) === 0 ? 'recompute' : 'reuse';
    const answers = [];
    const joins = random(2) === 0;
    for (const decoder of [keeping, plain]) {
      const started = decoder.fork(prefix, branches);
      const results = await started.results();
      const joined = joins ? await started.join('.', { join, maxTokens: 5 }).result() : undefined;
      started.dispose();
      answers.push({ results, text: joined?.text });
    }
    expect(answers[0]).toEqual(answers[1]);
    if (joins) seen.joined++;
  }

  for (let step = 0; step < 6; step++) {
    const way = random(6);
    if (way === 0) await abort();
    else if (way === 1) await fork();
    else if (way === 2) await Promise.all([ask(), ask(), abort()]);
    else await ask();
  }
}

/** Repeatable integers in [0, end). */
function createRandom(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}
