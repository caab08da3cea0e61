import { createReferenceModel } from '@beltline/backend/reference';
import { createDecoder, type GenerateOptions, type GenerationResult } from '@beltline/decoder';
import { createSlotTable, createStrands } from '@beltline/mask';
import type { Tokenizer } from '@beltline/tokenizer';
import { expect } from 'vitest';
import { goldenModels } from '../../backend/test/golden-models.ts';

/**
 * Decodes an answer (join `recompute`) and holds every row of logits against a fresh pass over the tokens that its token
 * sees: they must stand at the positions of one causal text, and give the same logits. Returns how many rows there were.
 */
export async function checkCausal(
  tokenizer: Tokenizer,
  prompt: readonly number[],
  options: GenerateOptions,
): Promise<{ result: GenerationResult; rows: number }> {
  const reference = createReferenceModel(goldenModels[0]!);
  let logitsRows: readonly number[] = [];
  let logits: readonly Float32Array[] = [];
  const model: typeof reference = {
    ...reference,
    async forward(cache, step) {
      logits = await reference.forward(cache, step);
      logitsRows = Array.from(step.logitsRows);
      // Whoever chooses changes them.
      return logits.map((row) => row.slice());
    },
  };
  const strands = createStrands();
  const slots = createSlotTable(1024);
  let tokens: number[] = [];
  let rows = 0;
  const generation = createDecoder({ model, tokenizer }).generate(
    { tokens: prompt },
    { ...options, trace: true },
  );
  for await (const event of generation) {
    if (event.type === 'strand-start') strands.add(event.parents);
    if (event.type === 'slots-kept') {
      slots.keep(event.slots);
      tokens = event.slots.map((slot) => tokens[slot]!);
    }
    if (event.type !== 'pass') continue;
    slots.truncate(event.firstSlot);
    slots.append(event.strands, event.positions);
    tokens = [...tokens.slice(0, event.firstSlot), ...event.tokens];
    for (const [index, row] of logitsRows.entries()) {
      const own = event.firstSlot + row;
      const seen = [...slots.strands.keys()]
        .filter((slot) => slot <= own && strands.sees(slots.strands[own]!, slots.strands[slot]!))
        .sort((a, b) => slots.positions[a]! - slots.positions[b]!);
      expect(seen.map((slot) => slots.positions[slot])).toEqual([...seen.keys()]);
      const expected = await decodeCausally(seen.map((slot) => tokens[slot]!));
      const differences = expected.map((value, token) => Math.abs(value - logits[index]![token]!));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      rows++;
    }
  }
  return { result: await generation.result(), rows };

  async function decodeCausally(text: number[]): Promise<number[]> {
    const cache = reference.createCache({ capacity: text.length });
    const [row] = await reference.forward(cache, {
      tokens: text,
      positions: [...text.keys()],
      strands: text.map(() => 0),
      logitsRows: [text.length - 1],
    });
    cache.dispose();
    return [...row!];
  }
}
