import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

/**
 * Bundles a module of the repository's sources into `page.js` of a folder, with an `index.html` that loads it.
 *
 * @param options.entry path of the module.
 * @param options.imports URLs of packages that stay out of the bundle, by specifier: the page's import map.
 */
export async function bundlePage({
  entry,
  folder,
  imports = {},
}: {
  entry: string;
  folder: string;
  imports?: Readonly<Record<string, string>>;
}): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve: { conditions: ['beltline-source', 'browser', 'import', 'module', 'default'] },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: 'es2023',
      rolldownOptions: {
        input: entry,
        external: Object.keys(imports),
        preserveEntrySignatures: 'strict',
        output: { format: 'es', entryFileNames: 'page.js' },
      },
    },
  });
  const importMap = JSON.stringify({ imports });
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Beltline</title>
    <link rel="icon" href="data:," />
    <script type="importmap">${importMap}</script>
    <script type="module" src="./page.js"></script>
  </head>
</html>
`,
  );
}
