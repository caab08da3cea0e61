import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const conditionNames = ['beltline-source', 'browser', 'import', 'module', 'default'];

/**
 * Writes `index.js` for the page and `worker.js`, each all in one file but onnxruntime-web and the embedded model: a page
 * without a bundler would have to name every package in its import map, and import maps do not reach into workers. Beside
 * them lie the licences of what the worker contains.
 */
export async function bundle({ folder, minify = false }) {
  await write('index', { folder, minify });
  const { moduleIds } = await write('worker', { folder, minify });
  await writeFile(join(folder, 'worker.licenses.txt'), await licensesOf(moduleIds));
}

async function write(name, { folder, minify }) {
  const { output } = await build({
    input: fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url)),
    external: /^(onnxruntime-web|@beltline\/model-)/,
    platform: 'browser',
    resolve: { conditionNames },
    output: { file: join(folder, `${name}.js`), format: 'es', sourcemap: !minify, minify },
  });
  return output[0];
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
  await bundle({ folder: fileURLToPath(new URL('../dist', import.meta.url)) });
}
