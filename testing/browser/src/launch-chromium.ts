import { type Browser, chromium } from 'playwright-core';
import { installChromium } from './install-chromium.ts';

export interface ChromiumOptions {
  /** Whether WebGPU is there, computed on the CPU by SwiftShader; default false. */
  readonly webgpu?: boolean;
}

// Not the list that @sparticuz/chromium recommends: its single process loses cross-origin isolation.
const commonFlags = ['--no-sandbox', '--disable-dev-shm-usage'];
const webgpuFlags = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/**
 * Starts a headless Chromium, without network; close it when done.
 *
 * @throws Error that says what to do if there is no Chromium for this machine, or if it does not start.
 *
 * @example
 * const browser = await launchChromium();
 * const page = await browser.newPage();
 * await browser.close();
 */
export async function launchChromium({ webgpu = false }: ChromiumOptions = {}): Promise<Browser> {
  const { executablePath, environment } = installChromium();
  return chromium.launch({
    executablePath,
    args: webgpu ? [...commonFlags, ...webgpuFlags] : commonFlags,
    env: { ...process.env, ...environment },
  });
}
