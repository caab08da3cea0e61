/**
 * Times the playground from an empty browser to the end of its first race, with the default question.
 *
 *   npx vitest run --config apps/playground/bench/vitest.config.ts cold-start
 *
 * The environment may name ROUNDS.
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
    table.push({
      round,
      'ms to both answers': Math.round(performance.now() - startedAt),
      model: await page.getByText('Ready, on').textContent(),
      verdict: await page.locator('.verdict').textContent(),
    });
    await site.close();
  }
  console.table(table);
});
