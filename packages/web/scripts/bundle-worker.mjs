import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/**
 * Writes `worker.js`, all in one file but onnxruntime-web: import maps do not reach into workers, so what a page loads
 * without a bundler must not import packages by name. Beside it lie the licences of what it contains.
 */
export async function bundleWorker({ folder, minify = false }) {
  const { output } = await build({
    input: fileURLToPath(new URL('../src/worker.ts', import.meta.url)),
    external: /^onnxruntime-web/,
    platform: 'browser',
    resolve: { conditionNames: ['beltline-source', 'browser', 'import', 'module', 'default'] },
    output: { file: join(folder, 'worker.js'), format: 'es', sourcemap: !minify, minify },
  });
  await writeFile(join(folder, 'worker.licenses.txt'), await licensesOf(output[0].moduleIds));
}

/** Names, licences and their texts of the packages from elsewhere that modules are of. */
async function licensesOf(moduleIds) {
  const folders = moduleIds.flatMap(
    (id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id) ?? [],
  );
  const parts = [...new Set(folders)].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(folder, file), 'utf8') : '';
    return `${name} ${version}: ${license}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(parts)).join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleWorker({ folder: fileURLToPath(new URL('../dist', import.meta.url)) });
}
