import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Join } from '@beltline/decoder';
import { type GenerationResult, loadDecoder } from '@beltline/node';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunMode } from '../src/run-state.ts';
import { type OpenedPage, openSite, type TestSite } from './open-playground.ts';
import { readExample } from './record-run.ts';

const modelFolder = fileURLToPath(new URL('../../../packages/model-tiny/files', import.meta.url));
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** On a busy machine a race takes its time; nothing here is about how long. */
const patient = { timeout: 90_000 };
vi.setConfig({ testTimeout: 240_000 });
const calm = { reducedMotion: 'reduce' } as const;
/** How the answer to the default question ends. */
const conclusion = 'give a clear picture of a school trip to Norwood';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
}, 120_000);
afterAll(() => site?.close());

async function runRace(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run the race' }).click();
  await page.getByRole('slider', { name: 'Time' }).waitFor(patient);
}

/** Drags files and folders of this machine over an element and lets go: scripts in the page cannot make such an event. */
async function drop(page: Page, selector: string, files: readonly string[]): Promise<void> {
  const box = (await page.locator(selector).boundingBox())!;
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...place, data });
  }
  await page.locator(`${selector}-over`).waitFor();
  await session.send('Input.dispatchDragEvent', { type: 'drop', ...place, data });
  await session.detach();
}

/** What "Save as JSON" saves. */
async function saveRace(
  page: Page,
): Promise<{ question: string; runs: { mode: RunMode; result: GenerationResult }[] }> {
  return JSON.parse((await save(page, 'Save as JSON')).toString());
}

async function save(page: Page, button: string): Promise<Buffer> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return readFile(await (await download).path());
}

async function passesOf(page: Page, mode: RunMode): Promise<number> {
  return Number(await page.locator(`.run-${mode} .figures dd`).nth(1).textContent());
}

/** Both runs of a finished race must be what Node gives, token for token; returns their forward passes. */
async function compareWithNode(page: Page, question: string, join: Join): Promise<Record<RunMode, number>> {
  const { runs } = await saveRace(page);
  expect(runs.map(({ mode }) => mode)).toEqual(['parallel', 'sequential']);
  const passes = { parallel: 0, sequential: 0 };
  const decoder = await loadDecoder();
  for (const { mode, result } of runs) {
    const expected = await decoder.generate(question, { mode, join }).result();
    expect(result.text).toBe(expected.text);
    expect(result.tokens).toEqual(expected.tokens);
    passes[mode] = await passesOf(page, mode);
    expect(passes[mode]).toBe(expected.statistics.forwardPasses);
  }
  await decoder.dispose();
  return passes;
}

async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const found = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as {
    id: string;
    nodes: { html: string }[];
  }[];
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describe('a finished race', () => {
  let opened: OpenedPage;
  let page: Page;
  let question: string;
  beforeAll(async () => {
    opened = await site.open({ ...calm, hasTouch: true });
    ({ page } = opened);
    question = await page.getByLabel('Question').inputValue();
    expect(await violations(page)).toEqual([]);
    await runRace(page);
  }, 240_000);
  afterAll(() => opened?.context.close());

  test('gives the default question the same answers as on Node, from this host alone', async () => {
    expect(question).toBe(await readExample('planning'));
    const passes = await compareWithNode(page, question, 'reuse');
    expect(passes.parallel).toBeLessThan(passes.sequential / 2);
    expect(await page.locator('.verdict').textContent()).toContain('the same, word for word');
    expect(await page.locator('.run-parallel').textContent()).toContain(conclusion);
    expect([...opened.hosts]).toEqual([new URL(site.url).host]);
    expect(opened.errors).toEqual([]);
  });

  test('can be gone through with the arrow keys, forward pass by forward pass', async () => {
    const last = await passesOf(page, 'parallel');
    const slider = page.getByRole('slider', { name: 'Time' });
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await passesOf(page, 'parallel')).toBe(0);
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowRight');
    expect(await passesOf(page, 'parallel')).toBe(3);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowLeft');
    expect(await passesOf(page, 'parallel')).toBe(12);
    expect(await slider.getAttribute('aria-valuetext')).toContain('parallel pass 12');
    await page.getByRole('button', { name: 'One forward pass on' }).click();
    expect(await passesOf(page, 'parallel')).toBe(13);
    await slider.focus();
    await page.keyboard.press('End');
    expect(await passesOf(page, 'parallel')).toBe(last);
  });

  test('names the tokens of the mask under the pointer and under the keyboard cursor', async () => {
    const picture = page.locator('canvas');
    await picture.focus();
    await page.keyboard.press('ArrowDown');
    const readout = page.locator('.readout');
    await expect.poll(() => readout.textContent(), patient).toMatch(/^\. join, position 127, slot 257sees/);
    await page.keyboard.press('Escape');
    expect(await readout.textContent()).toBe('');
    const box = (await picture.boundingBox())!;
    await page.mouse.move(box.x + 3, box.y + 3);
    await expect.poll(() => readout.textContent(), patient).toContain('trunk');
  });

  test('keeps the cell of the mask that the keyboard or a finger chose, and no other', async () => {
    const picture = page.locator('canvas');
    const readout = page.locator('.readout');
    await picture.focus();
    const box = (await picture.boundingBox())!;
    const point = () => page.mouse.move(box.x + 3, box.y + 3);
    const leave = () => page.mouse.move(0, 0);
    await point();
    await leave();
    expect(await readout.textContent()).toContain('trunk');
    await picture.blur();
    await point();
    await leave();
    await expect.poll(() => readout.textContent(), patient).toBe('');
    await page.touchscreen.tap(box.x + 3, box.y + 3);
    expect(await readout.textContent()).toContain('trunk');
  });

  test('lets a finger move its mask while it is zoomed', async () => {
    const touchAction = () => page.evaluate("getComputedStyle(document.querySelector('canvas')).touchAction");
    expect(await touchAction()).toBe('pan-y');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    expect(await touchAction()).toBe('none');
    await page.getByRole('button', { name: 'Fit' }).click();
    expect(await touchAction()).toBe('pan-y');
  });

  test('saves its mask as SVG and PNG', async () => {
    const svg = (await save(page, 'Save SVG')).toString();
    expect(svg).toMatch(/^<svg [\s\S]*<path [\s\S]*<\/svg>\n$/);
    // Four branches, the trunk, what is hidden, and the paper.
    expect(new Set(svg.match(/fill="#\w+"/g)).size).toBe(7);
    const png = await save(page, 'Save PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(300);
  });

  test('says so where its mask is too large for a PNG', async () => {
    await page.evaluate('HTMLCanvasElement.prototype.toBlob = (give) => give(null)');
    await page.getByRole('button', { name: 'Save PNG' }).click();
    await page.getByRole('alert').getByText('could not make a PNG').waitFor();
  });

  test.each(['light', 'dark'] as const)('leaves axe nothing to object to, in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, ...calm });
    await page.locator('canvas').focus();
    await page.keyboard.press('ArrowDown');
    expect(await violations(page)).toEqual([]);
  });

  test('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });

  test('is not replayed by itself where motion is to be reduced, but on request', async () => {
    // Slow enough to be caught at it.
    await page.getByLabel('Speed of the replay').selectOption('0.1');
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Replay' }).waitFor();
  });
});

test('a race can be stopped, and another one run', async () => {
  const { page, context, errors } = await site.open(calm);
  // The whole race takes a fraction of a second: a click from out here may come too late.
  await page.evaluate(`new MutationObserver((_, observer) => {
    if (!document.querySelector('.run-parallel .lane')) return;
    observer.disconnect();
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Stop').click();
  }).observe(document.body, { childList: true, subtree: true })`);
  await page.getByRole('button', { name: 'Run the race' }).click();
  await expect.poll(() => page.locator('.verdict').textContent(), patient).toBe('Stopped.');
  expect(await page.locator('.run-sequential .lane').count()).toBe(0);
  expect(await page.locator('.stage').allTextContents()).toEqual(['Stopped', 'Not run']);
  expect(await page.locator('.timeline .help').textContent()).not.toContain('Both runs');
  await page.getByRole('button', { name: 'Documents' }).click();
  expect(await page.getByLabel('Join of the branches').inputValue()).toBe('recompute');
  await page.getByRole('button', { name: 'Run the race' }).click();
  await expect.poll(() => page.locator('.verdict').textContent(), patient).toContain('× as fast');
  expect(await page.locator('.run-sequential').textContent()).toContain('Answer: Clara Jensen');
  const passes = await compareWithNode(page, await readExample('documents'), 'recompute');
  expect(passes.parallel).toBeLessThan(passes.sequential / 2);
  expect(errors).toEqual([]);
  await context.close();
});

test('the focus stays with the button that starts and stops a race', async () => {
  const { page, context } = await site.open(calm);
  await page.getByRole('button', { name: 'Run the race' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('slider', { name: 'Time' }).waitFor(patient);
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Run the race');
  await context.close();
});

test('after its worker has died the model is loaded again with the next run', async () => {
  const { page, context } = await site.open(calm);
  await page.getByText('Ready, on').waitFor(patient);
  await page.workers()[0]!.evaluate("setTimeout(() => { throw new Error('out of luck'); })");
  await page.getByRole('button', { name: 'Run the race' }).click();
  await expect.poll(() => page.locator('.verdict').textContent(), patient).toContain('out of luck');
  await page.getByText('Loads with the next run').waitFor();
  await runRace(page);
  await expect.poll(() => page.locator('.verdict').textContent(), patient).toContain('× as fast');
  await context.close();
});

test('a link carries the question to another page', async () => {
  const { page, context } = await site.open(calm);
  await page.getByLabel('Question').fill('Plan a picnic: food & drinks, 100% fun?');
  await page.getByLabel('Join of the branches').selectOption('recompute');
  await page.getByRole('button', { name: 'Share link' }).click();
  const { hash } = new URL(page.url());
  const other = await site.open({ ...calm, fragment: hash });
  expect(await other.page.getByLabel('Question').inputValue()).toBe(
    'Plan a picnic: food & drinks, 100% fun?',
  );
  expect(await other.page.getByLabel('Join of the branches').inputValue()).toBe('recompute');
  await other.context.close();
  await context.close();
});

test('without network the page opens again and answers', async () => {
  const { page, context, errors } = await site.open(calm);
  await runRace(page);
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await context.setOffline(true);
  await page.reload();
  expect(await page.evaluate('crossOriginIsolated')).toBe(true);
  await runRace(page);
  expect(await page.locator('.run-parallel').textContent()).toContain(conclusion);
  expect(errors).toEqual([]);
  await context.close();
});

test('WebGPU is offered only where there is a GPU', async () => {
  const { page, context } = await site.open(calm);
  await page.getByText('Ready, on').waitFor();
  expect(await page.getByText('GPU', { exact: true }).count()).toBe(0);
  await context.close();
});

test('files that are no model are refused with a reason, and the embedded model still works', async () => {
  const { page, context } = await site.open(calm);
  await page.getByRole('radio', { name: 'Local files' }).check();
  await page.locator('#model-files').setInputFiles([
    { name: 'config.json', mimeType: 'application/json', buffer: Buffer.from('{}') },
    { name: 'model.onnx', mimeType: 'application/octet-stream', buffer: Buffer.from('no graph') },
  ]);
  await page.getByRole('button', { name: 'Run the race' }).click();
  await page.locator('.problem').first().waitFor();
  expect(await page.locator('.problem').first().textContent()).toMatch(/tokenizer|beltline\.json|model/i);
  await page.getByRole('radio', { name: 'Embedded' }).check();
  await runRace(page);
  expect(await page.locator('.run-sequential').textContent()).toContain(conclusion);
  await context.close();
});

test('the folder of a model is dropped on the page, and answers', async () => {
  const { page, context, errors } = await site.open(calm);
  await page.getByRole('radio', { name: 'Local files' }).check();
  await drop(page, '.drop', [modelFolder]);
  await page.getByText(/^\d+ files chosen; loads with the next run$/).waitFor();
  await runRace(page);
  expect(await page.locator('.run-parallel').textContent()).toContain(conclusion);
  expect(errors).toEqual([]);
  await context.close();
});

test('a dropped file that cannot be read is said to be so', async () => {
  const { page, context } = await site.open(calm);
  await page.getByRole('radio', { name: 'Local files' }).check();
  await page.evaluate(`const file = (_, reject) => reject(new Error('no right to read it'));
    DataTransferItem.prototype.webkitGetAsEntry = () => ({ name: 'model.gguf', isDirectory: false, file });`);
  await drop(page, '.drop', [modelFolder]);
  await page.getByRole('alert').getByText('no right to read it').waitFor();
  await context.close();
});

test('a model of another host is fetched without knowing how much is to come', async () => {
  const { page, context } = await site.open(calm);
  const headers = { 'access-control-allow-origin': '*' };
  const names = new Set(await readdir(modelFolder));
  await context.route('https://models.example/**', (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    return route.fulfill(
      names.has(name) ? { headers, path: join(modelFolder, name) } : { headers, status: 404 },
    );
  });
  await page.evaluate(`globalThis.filled = new Set();
    new MutationObserver(() => {
      for (const { position } of document.querySelectorAll('[aria-label="Loading"]')) filled.add(position);
    }).observe(document.body, { childList: true, subtree: true, attributes: true })`);
  await page.getByRole('radio', { name: 'Hub or URL' }).check();
  await page.getByLabel('Name on the Hugging Face hub').fill('https://models.example/tiny/');
  await runRace(page);
  // A bar that shows no share stands at -1.
  expect(await page.evaluate('[...filled]')).toEqual([-1]);
  await context.close();
});

test('a model of the hub is fetched by its name, and answers', async () => {
  const { page, context, errors } = await site.open(calm);
  const names = await readdir(modelFolder);
  const headers = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
  await context.route('https://huggingface.co/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/api/models/owner/tiny/tree/main') {
      const json = names.map((path) => ({
        type: 'file',
        path,
        size: statSync(join(modelFolder, path)).size,
      }));
      return route.fulfill({ headers, json });
    }
    return route.fulfill({ headers, path: join(modelFolder, basename(pathname)) });
  });
  await page.getByRole('radio', { name: 'Hub or URL' }).check();
  await page.getByLabel('Name on the Hugging Face hub').fill('owner/tiny');
  await runRace(page);
  expect(await page.locator('.run-parallel').textContent()).toContain(conclusion);
  expect(errors).toEqual([]);
  await context.close();
});

test('a finished race is replayed on one clock', async () => {
  const { page, context } = await site.open({ reducedMotion: 'no-preference' });
  // A replay takes no longer than the race, a fraction of a second.
  await page.evaluate(`globalThis.paused = 0;
    new MutationObserver(() => { paused += document.querySelectorAll('[aria-label="Pause"]').length; })
      .observe(document.body, { childList: true, subtree: true, attributes: true })`);
  await page.getByRole('button', { name: 'Run the race' }).click();
  await page.locator('.run-parallel .lane').first().waitFor(patient);
  expect(await violations(page)).toEqual([]);
  await expect.poll(() => page.evaluate('paused'), patient).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Replay' }).waitFor(patient);
  await context.close();
});
