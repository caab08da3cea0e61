/**
 * Times the playground from an empty browser to the end of its first race, with the default question.
 *
 *   npx vitest run --config apps/playground/bench/vitest.config.ts cold-start
 *
 * On a busy machine go by the processor's time, all processes and threads of the browser together. The environment may
 * name ROUNDS.
 */
import { test } from 'vitest';
import { openSite } from '../test/open-playground.ts';

const rounds = Number(process.env.ROUNDS ?? 5);

test('cold start', async () => {
  const table: object[] = [];
  for (let round = 1; round <= rounds; round++) {
    // A browser of its own each time: nothing is compiled or cached yet.
    const site = await openSite();
    const startedAt = performance.now();
    const { page } = await site.open({ reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Run the race' }).click();
    await page.getByText('× as fast').waitFor();
    const wall = performance.now() - startedAt;
    const session = await site.browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const processor = processInfo.reduce((total, { cpuTime }) => total + cpuTime, 0);
    table.push({
      round,
      's to both answers': (wall / 1000).toFixed(1),
      'processor s': processor.toFixed(1),
      model: await page.getByText('Ready, on').textContent(),
      verdict: await page.locator('.verdict').textContent(),
    });
    await site.close();
  }
  console.table(table);
});
