import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium, serveFolders } from '@beltline/browser-testing';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';

/** The built playground on a server of this machine, and a Chromium. */
export interface TestSite {
  readonly url: string;
  readonly browser: Browser;
  /** Opens the playground with storage of its own; the fragment of the address may carry a question. */
  open(options?: BrowserContextOptions & { fragment?: string }): Promise<OpenedPage>;
  close(): Promise<void>;
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console, and what nobody caught. */
  readonly errors: readonly string[];
  /** Hosts that anything was asked of. */
  readonly hosts: ReadonlySet<string>;
}

export async function openSite(): Promise<TestSite> {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-playground-'));
  await buildPlayground(folder);
  const server = await serveFolders({ folders: { '/': folder } });
  const browser = await launchChromium();
  return {
    url: server.url,
    browser,
    async open({ fragment = '', ...options } = {}) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      const errors: string[] = [];
      const hosts = new Set<string>();
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      context.on('request', (request) => {
        const { host, protocol } = new URL(request.url());
        if (/^https?:/.test(protocol)) hosts.add(host);
      });
      await page.goto(server.url + fragment);
      return { page, context, errors, hosts };
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Builds from the sources of all packages, as other tests use them. */
async function buildPlayground(folder: string): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    resolve: { conditions: ['beltline-source', 'browser', 'module', 'import', 'default'] },
    build: { outDir: folder, emptyOutDir: true },
  });
}
