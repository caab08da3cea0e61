import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium, serveFolders } from '@beltline/browser-testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { WebError } from '../src/web-error.ts';
import { buildBundledPage, runtimeFolder, tinyFolder } from './build-page.ts';

export interface TestSite {
  readonly url: string;
  readonly browser: Browser;
  /** Opens the page with storage of its own. */
  open(): Promise<OpenedPage>;
  close(): Promise<void>;
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Runs the body of an async function in the page, where `beltline` is the package; arguments and result are JSON. */
  run<Result>(body: string, values?: object): Promise<Result>;
}

/** Builds a page, serves it beside `/models/tiny/` and starts Chromium. */
export async function openSite(
  build: (folder: string) => Promise<void>,
  { isolated = true, webgpu = false } = {},
): Promise<TestSite> {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-web-'));
  await build(folder);
  const folders = { '/': folder, '/models/tiny/': tinyFolder, '/onnxruntime-web/': runtimeFolder };
  const server = await serveFolders({ folders, isolated });
  const browser = await launchChromium({ webgpu });
  return {
    url: server.url,
    browser,
    async open() {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(server.url);
      await page.waitForFunction('globalThis.beltline');
      return {
        page,
        context,
        run: (body, values = {}) =>
          page.evaluate(
            `(async ({ ${Object.keys(values).join(', ')} }) => { ${body} })(${JSON.stringify(values)})`,
          ),
      };
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Opens a bundled page for the tests of a file, a fresh one for each. */
export function usePage(): { readonly site: TestSite; readonly opened: OpenedPage } {
  let site: TestSite;
  let opened: OpenedPage;
  beforeAll(async () => {
    site = await openSite(buildBundledPage);
  });
  afterAll(() => site?.close());
  beforeEach(async () => {
    opened = await site.open();
  });
  afterEach(() => opened.context.close());
  return {
    get site() {
      return site;
    },
    get opened() {
      return opened;
    },
  };
}

/** For a function's body in the page: what an error says, as JSON. */
export const describeError = `const describe = ({ name, code, message, url, path, cause }) =>
  ({ name, code, message, url, path, cause: cause?.name });`;

/** What `describeError` makes of an error. */
export type DescribedError = Pick<WebError, 'name' | 'code' | 'message' | 'url'> & { readonly path?: string };
