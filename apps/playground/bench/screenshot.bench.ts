/**
 * Takes the picture of the playground that the README shows.
 *
 *   npx vitest run --config apps/playground/bench/vitest.config.ts screenshot
 */
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { openSite } from '../test/open-playground.ts';

const path = fileURLToPath(new URL('../../../docs/playground.png', import.meta.url));

test('screenshot', async () => {
  const site = await openSite();
  const { page } = await site.open({
    colorScheme: 'light',
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 900 },
  });
  // The second race finds everything compiled.
  for (const _ of [1, 2]) {
    await page.getByRole('button', { name: 'Run the race' }).click();
    await page.getByText('× as fast').waitFor();
  }
  await page.locator('.race').scrollIntoViewIfNeeded();
  await page.screenshot({ path, animations: 'disabled' });
  await site.close();
});
