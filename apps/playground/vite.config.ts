import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** Cross-origin isolation, which threads need. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Writes the service worker with the list of files to keep; large ones that few need, or that others keep, stay out. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((file) => !/\.(onnx|map|html)$|asyncify|webgpu/.test(file));
      const template = readFileSync(new URL('src/service-worker.js', import.meta.url), 'utf8');
      const source = template.replace('OFFLINE_FILES', JSON.stringify([...files.sort(), 'favicon.svg']));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

export default defineConfig({
  // Relative, so that the built folder works below any path.
  base: './',
  plugins: [serviceWorker()],
  worker: { format: 'es' },
  build: { target: 'es2023', assetsInlineLimit: 0 },
  server: { headers },
  preview: { headers, host: '127.0.0.1', port: 4173 },
});
