import { createDecoder, type GenerateOptions } from '@beltline/decoder';
import { createSlotTable, createStrands, TRUNK, writeAttentionBias } from '@beltline/mask';
import { expect, test } from 'vitest';
import { type BlockScript, respondWithBlocks } from './block-script.ts';
import { createByteTokenizer, createScriptedModel, respondWith, type Script } from './scripted-model.ts';

const tokenizer = createByteTokenizer();
const script: Script = {
  preamble: 'Hm.\n\n',
  steps: [
    { title: 'a', body: ' x\n\n' },
    { title: 'b', body: ' yes\n\n' },
  ],
  conclusion: '\nGo.',
};

const severalBlocks: BlockScript = {
  blocks: [
    { before: script.preamble, steps: script.steps },
    { before: '\nAnd:\n\n', steps: [...script.steps, { title: 'c', body: ' no\n\n' }] },
  ],
  conclusion: '\nGo.',
};

test.each<GenerateOptions & { readonly again?: boolean }>([
  { join: 'recompute' },
  { join: 'reuse' },
  { mode: 'sequential' },
  { chunkSize: 4 },
  { verify: 'report' },
  { join: 'recompute', again: true },
])('a trace is enough to draw the mask of every pass: %o', async ({ again, ...options }) => {
  const biases: number[][] = [];
  const model = createScriptedModel({
    tokenizer,
    respond: respondWithBlocks('Go?\n', severalBlocks, options.join !== 'reuse'),
    onPass: ({ attentionBias }) => biases.push([...attentionBias]),
  });
  const decoder = createDecoder({ model, tokenizer, format: 'trained' });
  if (again) await decoder.generate('Go?', options).result();
  biases.length = 0;

  const strands = createStrands();
  const slots = createSlotTable(4096);
  const drawn: number[][] = [];
  for await (const event of decoder.generate('Go?', { ...options, trace: true })) {
    if (event.type === 'slots-reused') {
      slots.append(
        event.tokens.map(() => TRUNK),
        [...event.tokens.keys()],
      );
    }
    if (event.type === 'strand-start') expect(strands.add(event.parents)).toBe(event.strand);
    if (event.type === 'slots-kept') slots.keep(event.slots);
    if (event.type !== 'pass') continue;
    slots.truncate(event.firstSlot);
    const keys = slots.length + event.tokens.length;
    const bias = new Float32Array(event.tokens.length * keys);
    drawn.push([...writeAttentionBias({ strands, past: slots, step: event.strands }, bias)]);
    slots.append(event.strands, event.positions);
  }
  expect(drawn).toEqual(biases);
  expect(drawn.length).toBeGreaterThan(10);
});

test('the first branch, which saw no other, stays in the cache when the rest is recomputed', async () => {
  const model = createScriptedModel({ tokenizer, respond: respondWith('Go?\n', script) });
  const decoder = createDecoder({ model, tokenizer, format: 'trained' });
  const passes: string[] = [];
  for await (const event of decoder.generate('Go?', { join: 'recompute', trace: true })) {
    if (event.type === 'pass' && event.stage === 'conclusion') passes.push(tokenizer.decode(event.tokens));
  }
  expect(passes[0]).toBe('####b: yes\n\n####%%%%');
});

test('nothing is traced unless asked for', async () => {
  const model = createScriptedModel({ tokenizer, respond: respondWith('Go?\n', script) });
  const types = new Set<string>();
  const generation = createDecoder({ model, tokenizer, format: 'trained' }).generate('Go?', {
    join: 'reuse',
  });
  for await (const { type } of generation) types.add(type);
  expect([...types]).not.toContain('pass');
  expect([...types]).not.toContain('strand-start');
});
