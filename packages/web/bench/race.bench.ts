/**
 * Times whole answers of the embedded model in Chromium: sequential, and parallel with both joins, in turn.
 *
 *   npx vitest run --config packages/web/bench/vitest.config.ts
 *
 * On a busy machine go by the processor's time of one thread: other programs hardly change it. The environment may name ROUNDS,
 * THREADS (a list) and QUESTION (a file of `examples`).
 */
import { readFile } from 'node:fs/promises';
import { test } from 'vitest';
import { buildBundledPage } from '../test/build-page.ts';
import { openSite, type TestSite } from '../test/open-page.ts';

const rounds = Number(process.env.ROUNDS ?? 15);
const threadCounts = (process.env.THREADS ?? '1,2').split(',').map(Number);
const question = process.env.QUESTION ?? 'documents';

const ways = [
  { name: 'sequential', options: { mode: 'sequential' } },
  { name: 'parallel, recompute', options: { mode: 'parallel', join: 'recompute' } },
  { name: 'parallel, reuse', options: { mode: 'parallel', join: 'reuse' } },
] as const;

const answer = `
  const started = performance.now();
  const { statistics } = await globalThis.decoder.generate(prompt, { ...options, maxTokens: 1024 }).result();
  return { wall: performance.now() - started, passes: statistics.forwardPasses };`;

/** One answer, times in ms. */
interface Sample {
  readonly wall: number;
  /** Time of the processor in the page's process, its worker and threads included. */
  readonly processor: number;
  readonly passes: number;
}

interface Runner {
  run(options: object): Promise<Sample>;
  close(): Promise<void>;
}

async function openRunner(site: TestSite, threads: number, prompt: string): Promise<Runner> {
  const opened = await site.open();
  await opened.run('globalThis.decoder = await beltline.loadDecoder("tiny", { threads });', { threads });
  const session = await site.browser.newBrowserCDPSession();
  const processorTime = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pages = processInfo.filter(({ type }) => type === 'renderer');
    return 1000 * pages.reduce((total, { cpuTime }) => total + cpuTime, 0);
  };
  return {
    async run(options) {
      const before = await processorTime();
      const sample = await opened.run<Omit<Sample, 'processor'>>(answer, { prompt, options });
      return { ...sample, processor: (await processorTime()) - before };
    },
    close: () => opened.context.close(),
  };
}

test('race', async () => {
  const prompt = (
    await readFile(new URL(`../../../examples/${question}.txt`, import.meta.url), 'utf8')
  ).trim();
  const site = await openSite(buildBundledPage);
  const table: object[] = [];
  for (const threads of threadCounts) {
    const runner = await openRunner(site, threads, prompt);
    const samples = new Map<string, Sample[]>(ways.map(({ name }) => [name, []]));
    for (let round = -3; round < rounds; round++) {
      for (const { name, options } of ways) {
        const sample = await runner.run(options);
        if (round >= 0) samples.get(name)!.push(sample);
      }
    }
    await runner.close();
    table.push(
      ...[...samples].map(([way, list]) => summarize(way, threads, list, samples.get('sequential')!)),
    );
  }
  await site.close();
  console.table(table);
});

function summarize(
  way: string,
  threads: number,
  list: readonly Sample[],
  sequential: readonly Sample[],
): object {
  const wall = median(list.map((sample) => sample.wall));
  const processor = median(list.map((sample) => sample.processor));
  return {
    way,
    threads,
    passes: list[0]!.passes,
    'wall ms': Math.round(wall),
    'fastest ms': Math.round(Math.min(...list.map((sample) => sample.wall))),
    'wall ratio': (wall / median(sequential.map((sample) => sample.wall))).toFixed(2),
    'processor ms': Math.round(processor),
    'processor ratio': (processor / median(sequential.map((sample) => sample.processor))).toFixed(2),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
