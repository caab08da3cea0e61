import { beforeEach, describe, expect, test } from 'vitest';
import { locateHubModel } from '../src/worker/locate-hub-model.ts';
import type { FileContent, ModelCache } from '../src/worker/model-cache.ts';

/** What the hub answers. */
let answer: () => Response;
let stored: Map<string, FileContent>;
beforeEach(() => {
  answer = () => Response.json([{ type: 'file', path: 'config.json', size: 7, oid: '' }]);
  stored = new Map();
});

const cache: ModelCache = {
  find: async (url) => (stored.has(url) ? { content: stored.get(url) } : undefined),
  store: async (url, content) => void stored.set(url, content),
  forgetUsed: async () => false,
};

const locate = () => locateHubModel('owner/name', {}, { cache, fetch: async () => answer() });
const refuse = (status: number) => {
  answer = () => Response.json({ error: 'no' }, { status });
};

describe('the files of a model of the hub', () => {
  test.each([408, 429, 500, 502, 503, 504])(
    'are those that were kept when the hub answers %i',
    async (status) => {
      const listed = await locate();
      expect(listed).toMatchObject({ sizes: { 'config.json': 7 } });
      refuse(status);
      expect(await locate()).toEqual(listed);
      stored.clear();
      await expect(locate()).rejects.toMatchObject({ name: 'WebError', code: 'DOWNLOAD_FAILED' });
    },
  );

  test.each([401, 403, 404])('are not shown after a %i, whatever was kept', async (status) => {
    await locate();
    refuse(status);
    await expect(locate()).rejects.toMatchObject({ name: 'WebError', code: 'MODEL_NOT_FOUND' });
  });

  test('are those of the last answer', async () => {
    await locate();
    answer = () => Response.json([{ type: 'file', path: 'other.json', size: 9, oid: '' }]);
    await locate();
    refuse(503);
    expect(await locate()).toMatchObject({ sizes: { 'other.json': 9 } });
  });
});
