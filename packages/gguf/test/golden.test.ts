import { readFile } from 'node:fs/promises';
import { openGguf, readGgufCheckpoint, readGgufTokenizer } from '@beltline/gguf';
import { openCheckpointFolder } from '@beltline/graph/node';
import { createTokenizer } from '@beltline/tokenizer';
import { describe, expect, test } from 'vitest';
import { sourceOf, writeGguf } from './gguf-writer.ts';
import { goldenFolder, goldenGguf } from './golden-gguf.ts';

describe.each(['llama', 'qwen2', 'qwen3'])(
  'a golden %s model, converted as llama.cpp does',
  (architecture) => {
    test('is the checkpoint that it was made of, config and every row', async () => {
      const file = await openGguf(sourceOf(writeGguf(await goldenGguf(architecture))));
      const { config, tensors } = await readGgufCheckpoint(file);
      const original = await openCheckpointFolder(goldenFolder(architecture));
      const { normEpsilon } = original.config;
      expect(config).toEqual({ ...original.config, normEpsilon: Math.fround(normEpsilon) });
      expect([...tensors.tensors.keys()].sort()).toEqual([...original.tensors.tensors.keys()].sort());
      for (const [name, { shape }] of original.tensors.tensors) {
        expect(tensors.tensors.get(name)!.shape).toEqual(shape);
        // Uneven pieces, so that some begin and end inside a head.
        for (let first = 0; first < shape[0]!; first += 11) {
          const end = Math.min(first + 11, shape[0]!);
          expect(await tensors.readRows(name, first, end)).toEqual(
            await original.tensors.readRows(name, first, end),
          );
        }
      }
      await original.close();
    });

    test('has a tokenizer that encodes, decodes and renders as the checkpoint does', async () => {
      const file = await openGguf(sourceOf(writeGguf(await goldenGguf(architecture))));
      const folder = goldenFolder(architecture);
      const json = async (name: string) => JSON.parse(await readFile(`${folder}/${name}`, 'utf8'));
      const original = createTokenizer({
        tokenizer: await json('tokenizer.json'),
        tokenizerConfig: await json('tokenizer_config.json'),
        generationConfig: await json('generation_config.json'),
        chatTemplate: await readFile(`${folder}/chat_template.jinja`, 'utf8'),
      });
      const tokenizer = createTokenizer(readGgufTokenizer(file));
      const messages = [{ role: 'user', content: 'Plan  a trip: 12 days,\n\nnaïve café 世界 🚀' }];
      const text = original.applyChatTemplate(messages, { addGenerationPrompt: true });
      expect(tokenizer.applyChatTemplate(messages, { addGenerationPrompt: true })).toBe(text);
      expect(tokenizer.encode(text)).toEqual(original.encode(text));
      expect(tokenizer.encode(text, { special: 'text' })).toEqual(original.encode(text, { special: 'text' }));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(original.decode(original.encode(text)));
      expect(tokenizer.endTokens).toEqual([...new Set([0, ...original.endTokens])].sort());
    });
  },
);
