import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadDecoder } from '@beltline/node';
import { expect, test } from 'vitest';
import { runSessions } from '../../decoder/test/session.ts';

test.each(['llama', 'qwen2', 'qwen3'])(
  'random sessions with %s in float32 are the same whether what they share is kept or not',
  async (architecture) => {
    const cacheFolder = await mkdtemp(join(tmpdir(), 'beltline-prefix-'));
    const folder = fileURLToPath(new URL(`../../../fixtures/golden/${architecture}`, import.meta.url));
    const { model, dispose } = await loadDecoder(folder, { precision: 'fp32', cacheFolder });
    try {
      const seen = await runSessions(model, { sessions: 8, seed: 11 });
      expect(Math.min(seen.parallel, seen.aborted, seen.joined)).toBeGreaterThan(2);
      expect(seen.reused).toBeGreaterThan(15);
    } finally {
      await dispose();
      await rm(cacheFolder, { recursive: true });
    }
  },
);

test('the embedded model reads the documents of several questions once, and a conversation as it grows', async () => {
  const decoder = await loadDecoder(undefined, { prefixCache: { maxTokens: 2000 } });
  try {
    const limits = { maxTokens: 80, maxBranchTokens: 20 };
    const documents = 'Document 1: Ann lives in Rome.\nDocument 2: Bob lives in Oslo.\n';
    const shared = decoder.tokenizer.encode(documents, { place: 'middle' }).length - 1;
    const first = await decoder.generate(`${documents}Where does Ann live?`, limits).result();
    expect(first.statistics.reusedTokens).toBe(0);
    const second = await decoder.generate(`${documents}Where does Bob live?`, limits).result();
    expect(second.statistics.reusedTokens).toBeGreaterThanOrEqual(shared);

    const conversation = [
      { role: 'user', content: `${documents}Where does Bob live?` },
      { role: 'assistant', content: second.text },
      { role: 'user', content: 'And Ann?' },
    ];
    const third = await decoder.generate(conversation, limits).result();
    expect(third.statistics.reusedTokens).toBeGreaterThanOrEqual(second.statistics.promptTokens - 1);
  } finally {
    await decoder.dispose();
  }
});
