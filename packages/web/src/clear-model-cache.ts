/** Name of the browser cache that holds model files. */
export const modelCacheName = 'beltline-models';

/** Deletes all model files that this origin has cached. */
export async function clearModelCache(): Promise<void> {
  if ('caches' in globalThis) await caches.delete(modelCacheName);
}
