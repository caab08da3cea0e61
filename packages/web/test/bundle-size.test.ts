import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundle } from '../scripts/bundle.mjs';

test('page and worker together take at most 150 kB, gzipped and without onnxruntime-web', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-web-size-'));
  try {
    await bundle({ folder, minify: true });
    let total = 0;
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.js'))) {
      const bytes = gzipSync(await readFile(join(folder, name)));
      total += bytes.byteLength;
    }
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['index.js', 'worker.js']));
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThan(150_000);
    console.info(`@beltline/web: ${(total / 1000).toFixed(1)} kB gzipped`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the page imports no package by name but the embedded model, and the worker none at the start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-web-imports-'));
  try {
    await bundle({ folder });
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.js'))) {
      const code = await readFile(join(folder, name), 'utf8');
      const imported = [...code.matchAll(/^(?:import|export)\b[^'"`;]*?from\s*["']([^"']+)["']/gm)].map(
        ([, specifier]) => specifier!,
      );
      expect(imported.filter((specifier) => !specifier.startsWith('./'))).toEqual([]);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
