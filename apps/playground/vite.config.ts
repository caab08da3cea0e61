import { defineConfig } from 'vite';

/** Cross-origin isolation, which threads need. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative, so that the built folder works below any path.
  base: './',
  worker: { format: 'es' },
  build: { target: 'es2023', assetsInlineLimit: 0 },
  server: { headers },
  preview: { headers, host: '127.0.0.1', port: 4173 },
});
