import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage, launchChromium, type Page, serveFolders } from '@beltline/browser-testing';
import { buildGraphFile, patchGraphFile } from '@beltline/graph/node';

const goldenFolder = fileURLToPath(new URL('../../../fixtures/golden/', import.meta.url));
const exportsFolder = fileURLToPath(new URL('../../../fixtures/exports/', import.meta.url));
const runtimeFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

/** A page of this package's tests in Chromium. */
export interface TestPage {
  readonly page: Page;
  /** Calls a function that the module exports; arguments and result are JSON. */
  call(name: string, ...values: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Builds graphs of golden models, bundles a module of `test/page` and opens it; onnxruntime-web stays out of the
 * bundle and is found by the page's import map.
 */
export async function openTestPage({
  module,
  models,
  patched = false,
  isolated,
  webgpu,
}: {
  module: string;
  models: readonly string[];
  /** Whether the graphs are those of another exporter, patched, in the place of built ones. */
  patched?: boolean;
  isolated: boolean;
  webgpu: boolean;
}): Promise<TestPage> {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-onnx-web-'));
  for (const name of models) {
    const output = join(folder, 'graphs', name);
    if (patched) await writePatchedGraph(join(exportsFolder, `genai-${name}-fp32`), output);
    else await buildGraphFile({ folder: join(goldenFolder, name), output, precision: 'fp32' });
  }
  await bundlePage({
    entry: fileURLToPath(new URL(`page/${module}`, import.meta.url)),
    folder,
    imports: {
      'onnxruntime-web/ort-wasm-simd-threaded.mjs': '/onnxruntime-web/ort-wasm-simd-threaded.mjs',
      'onnxruntime-web/wasm': '/onnxruntime-web/ort.wasm.bundle.min.mjs',
      'onnxruntime-web/webgpu': '/onnxruntime-web/ort.webgpu.bundle.min.mjs',
    },
  });
  const folders = { '/': folder, '/golden/': goldenFolder, '/onnxruntime-web/': runtimeFolder };
  const server = await serveFolders({ folders, isolated });
  const browser = await launchChromium({ webgpu });
  const page = await browser.newPage();
  await page.goto(server.url);
  return {
    page,
    call: (name, ...values) => {
      // Text, since vitest rewrites imports inside of functions.
      const list = values.map((value) => JSON.stringify(value)).join(', ');
      return page.evaluate(`import('/page.js').then((module) => module[${JSON.stringify(name)}](${list}))`);
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The same two files as a graph that was built. */
async function writePatchedGraph(folder: string, output: string): Promise<void> {
  const { parts } = await patchGraphFile(join(folder, 'model.onnx'), { contextLength: 2048 });
  await mkdir(output, { recursive: true });
  await writeFile(join(output, 'model.onnx'), Buffer.concat(parts));
  await copyFile(join(folder, 'model.onnx.data'), join(output, 'model.onnx.data'));
}
