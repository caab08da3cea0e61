/** Starts the worker of this package, also from another origin (a CDN), where browsers want a script of the page's own. */
export function startWorker(): Worker {
  if (new URL(import.meta.url).origin === location.origin) {
    // Bundlers recognize just this form.
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'beltline' });
  }
  const script = `import ${JSON.stringify(import.meta.url.replace(/[^/]*$/, 'worker.js'))};`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module', name: 'beltline' });
  // The script has been fetched by the time of its first message.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
