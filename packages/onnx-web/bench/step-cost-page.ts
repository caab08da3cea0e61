import type { KvCache, LanguageModel } from '@beltline/backend';
import { TRUNK } from '@beltline/mask';
import { createOnnxWebModel, startWasmRuntime } from '@beltline/onnx-web';

/** Where the keys and values lie: in JavaScript's arrays, or where the runtime reads them. */
const targets = ['wasm', 'resident'] as const;

/**
 * Times steps of several widths on both targets in turn, so that a busy moment of the machine hits all of them:
 * median and least time in ms.
 */
export async function measure({
  threads,
  context,
  rows,
  rounds,
}: {
  threads: number;
  context: number;
  rows: readonly number[];
  rounds: number;
}) {
  const results = [];
  for (const target of targets) {
    const model = await createOnnxWebModel({
      graph: '/model/model.onnx',
      externalData: { 'model.onnx.data': '/model/model.onnx.data' },
      onnxruntime: await runtimeOf(target, threads),
    });
    const cache = model.createCache();
    const prefill = await timed(() => fillContext(model, cache, context));
    results.push({ target, model, cache, prefill, times: rows.map((): number[] => []) });
  }
  for (let round = -2; round < rounds; round++) {
    for (const [index, width] of rows.entries()) {
      for (const { model, cache, times } of results) {
        const time = await timed(() => step(model, cache, context, width));
        if (round >= 0) times[index]!.push(time);
      }
    }
  }
  return results.map(({ target, prefill, times }) => ({
    target,
    prefill: Math.round((1000 * context) / prefill),
    steps: times.map((list) => {
      const sorted = list.sort((a, b) => a - b);
      return { median: round(sorted[sorted.length >> 1]!), least: round(sorted[0]!) };
    }),
  }));
}

async function runtimeOf(target: (typeof targets)[number], threads: number) {
  if (target === 'resident') {
    const module = import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.mjs');
    return startWasmRuntime({ module, threads });
  }
  const onnxruntime = await import('onnxruntime-web/wasm');
  onnxruntime.env.wasm.numThreads = threads;
  return onnxruntime;
}

async function fillContext(model: LanguageModel, cache: KvCache, context: number): Promise<void> {
  for (let start = 0; start < context; start += 250) {
    const positions = Array.from({ length: Math.min(250, context - start) }, (_, index) => start + index);
    await model.forward(cache, {
      tokens: positions.map((position) => (position * 7919) % model.shape.vocabularySize),
      positions,
      strands: positions.map(() => TRUNK),
      logitsRows: [],
    });
  }
}

/** One token for each of `width` branches, then back to the bare context. */
async function step(model: LanguageModel, cache: KvCache, context: number, width: number): Promise<void> {
  const rows = Array.from({ length: width }, (_, row) => row);
  while (cache.strands.size <= width) cache.strands.add(TRUNK);
  await model.forward(cache, {
    tokens: rows.map((row) => 100 + row),
    positions: rows.map(() => context),
    strands: rows.map((row) => row + 1),
    logitsRows: rows,
  });
  cache.truncate(context);
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
