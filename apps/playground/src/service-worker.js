// Keeps the built page, so that it opens without network. The model's files are kept by @beltline/web.
// The build replaces the name by the list of the page's files; a new list makes browsers install this anew.
const files = OFFLINE_FILES;
const prefix = 'beltline-playground-';
const cacheName =
  prefix +
  files
    .join()
    .split('')
    .reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) | 0, 7);

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(['./', ...files])));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then((names) => {
      const old = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
      return Promise.all(old.map((name) => caches.delete(name)));
    }),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(request.mode === 'navigate' ? openPage(request) : findFile(request));
});

/** The page of the server, which may be newer; the kept one without network. */
async function openPage(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match('./', { cacheName });
    if (kept) return kept;
    throw error;
  }
}

/** Names of files change with their contents, so a kept one is as good as the server's. */
async function findFile(request) {
  return (await caches.match(request, { cacheName })) ?? fetch(request);
}
