import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/**
 * Writes `worker.js`, all in one file but onnxruntime-web: import maps do not reach into workers, so what a page loads
 * without a bundler must not import packages by name.
 */
export async function bundleWorker({ folder, minify = false }) {
  await build({
    input: fileURLToPath(new URL('../src/worker.ts', import.meta.url)),
    external: /^onnxruntime-web/,
    platform: 'browser',
    resolve: { conditionNames: ['beltline-source', 'browser', 'import', 'module', 'default'] },
    output: { file: join(folder, 'worker.js'), format: 'es', sourcemap: !minify, minify },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleWorker({ folder: fileURLToPath(new URL('../dist', import.meta.url)) });
}
