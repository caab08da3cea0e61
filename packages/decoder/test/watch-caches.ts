import type { KvCache, LanguageModel } from '@beltline/backend';

/** The caches of a model that have not been freed, from now on. */
export function watchCaches(model: LanguageModel): ReadonlySet<KvCache> {
  const open = new Set<KvCache>();
  const { createCache } = model;
  Object.assign(model, {
    createCache(options?: Parameters<typeof createCache>[0]) {
      const cache = createCache(options);
      const { dispose } = cache;
      open.add(cache);
      return Object.assign(cache, {
        dispose() {
          open.delete(cache);
          dispose();
        },
      });
    },
  });
  return open;
}

/** Tokens in these caches. */
export function countSlots(caches: ReadonlySet<KvCache>): number {
  return [...caches].reduce((total, { slots }) => total + slots.length, 0);
}
