import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { build, type Plugin } from 'vite';
import { bundleWorker } from '../scripts/bundle-worker.mjs';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const tinyFolder = pathOf('../../model-tiny/files');
export const runtimeFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** Builds a page as an application with Vite does: one setting, the rest are defaults. Plugins reach the worker too. */
export async function buildBundledPage(folder: string, plugins: Plugin[] = []): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: pathOf('page'),
    base: './',
    resolve: { conditions: ['beltline-source', 'browser', 'module', 'import', 'default'] },
    plugins,
    worker: { format: 'es', plugins: () => plugins },
    build: { outDir: folder, emptyOutDir: false },
  });
}

/** Puts together a page without a bundler: the package as it is published, and an import map. */
export async function buildPlainPage(folder: string): Promise<void> {
  await buildPackage(join(folder, 'packages/web'));
  await cp(pathOf('../../model-tiny/web.js'), join(folder, 'packages/model-tiny/web.js'));
  await cp(tinyFolder, join(folder, 'packages/model-tiny/files'), { recursive: true });
  await cp(pathOf('page/plain.html'), join(folder, 'index.html'));
}

/** Compiles the package, file by file, and bundles its worker. */
export async function buildPackage(folder: string, { minify = false } = {}): Promise<void> {
  const source = pathOf('../src');
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(source)) {
    if (!name.endsWith('.ts') || name === 'worker.ts') continue;
    const { outputText } = ts.transpileModule(await readFile(join(source, name), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    await writeFile(join(folder, name.replace(/\.ts$/, '.js')), outputText);
  }
  await bundleWorker({ folder, minify });
}
