export type { Browser, BrowserContext, Page } from 'playwright-core';
export { bundlePage } from './bundle-page.ts';
export { type ChromiumOptions, launchChromium } from './launch-chromium.ts';
export { type LoopbackServer, type LoopbackServerOptions, serveFolders } from './serve-folders.ts';
