import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { bundle } from '../scripts/bundle.mjs';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const tinyFolder = pathOf('../../model-tiny/files');
export const runtimeFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** Builds a page as an application with Vite does: one setting, the rest are defaults. */
export async function buildBundledPage(folder: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: pathOf('page'),
    base: './',
    resolve: { conditions: ['beltline-source', 'browser', 'module', 'import', 'default'] },
    worker: { format: 'es' },
    build: { outDir: folder, emptyOutDir: false },
  });
}

/** Puts together a page without a bundler: the package as it is published, and an import map. */
export async function buildPlainPage(folder: string): Promise<void> {
  await bundle({ folder: join(folder, 'packages/web') });
  await cp(pathOf('../../model-tiny/web.js'), join(folder, 'packages/model-tiny/web.js'));
  await cp(tinyFolder, join(folder, 'packages/model-tiny/files'), { recursive: true });
  await cp(pathOf('page/plain.html'), join(folder, 'index.html'));
}
