import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * Writes `worker.js`, all in one file but onnxruntime-web: import maps do not reach into workers, so what a page loads
 * without a bundler must not import packages by name.
 *
 * @param {{ folder: string, minify?: boolean }} options
 */
export async function bundleWorker({ folder, minify = false }) {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { conditions: ['beltline-source', 'browser', 'import', 'module', 'default'] },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify,
      sourcemap: !minify,
      target: 'es2023',
      lib: {
        entry: fileURLToPath(new URL('../src/worker.ts', import.meta.url)),
        formats: ['es'],
        fileName: () => 'worker.js',
      },
      rolldownOptions: { external: /^onnxruntime-web/ },
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleWorker({ folder: fileURLToPath(new URL('../dist', import.meta.url)) });
}
