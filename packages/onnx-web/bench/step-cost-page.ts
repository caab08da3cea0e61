import { createLanguageModel, type KvCache, type LanguageModel } from '@beltline/backend';
import { unfuseAttention } from '@beltline/graph';
import { TRUNK } from '@beltline/mask';
import { createOnnxEngine, type GraphSession, readGraphInfo } from '@beltline/onnx-engine';
import { startWasmRuntime, type WasmRuntime } from '@beltline/onnx-web';
import { type GraphFiles, loadGraphFiles } from '../src/load-graph.ts';
import { importOnnxRuntime, type OnnxRuntime } from '../src/onnx-runtime.ts';
import { createPublicSession } from '../src/public-session.ts';

/** Ways to run a graph on WebAssembly. */
const ways = ['documented interface', 'cache in place'] as const;
type Way = (typeof ways)[number];

export interface Settings {
  readonly graph: string;
  readonly externalData: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly context: number;
  /** Tokens of each branch before the step. */
  readonly earlier: number;
}

interface Contestant {
  readonly model: LanguageModel;
  readonly cache: KvCache;
}

const contestants: Contestant[] = [];
let context = 0;
let earlier = 0;

/** Loads the model in all ways and fills the context; returns the ways' names. */
export async function prepare(settings: Settings): Promise<string[]> {
  ({ context, earlier } = settings);
  const files = await loadGraphFiles(settings.graph, settings.externalData);
  const runtimes = await startRuntimes(settings.threads);
  for (const way of ways) {
    const model = await createModel(way, files, runtimes);
    const cache = model.createCache();
    await fillContext(model, cache);
    contestants.push({ model, cache });
  }
  return [...ways];
}

/** Gives `width` branches their earlier tokens; `takeSteps` goes on from there. */
export async function startBranches(way: number, width: number): Promise<void> {
  const { model, cache } = contestants[way]!;
  cache.truncate(context);
  for (let token = 0; token < earlier; token++) await step(model, cache, width, token);
}

/** Takes the same step of one token for each of `width` branches so many times; returns the ms of one. */
export async function takeSteps(way: number, width: number, steps: number): Promise<number> {
  const { model, cache } = contestants[way]!;
  const behind = cache.slots.length;
  const startedAt = performance.now();
  for (let index = 0; index < steps; index++) {
    await step(model, cache, width, earlier);
    cache.truncate(behind);
  }
  return (performance.now() - startedAt) / steps;
}

interface Runtimes {
  readonly documented: OnnxRuntime;
  readonly inside: WasmRuntime;
}

async function startRuntimes(threads: number): Promise<Runtimes> {
  const documented = await importOnnxRuntime('wasm');
  documented.env.wasm.numThreads = threads;
  const module = import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.mjs');
  return { documented, inside: await startWasmRuntime({ module, threads }) };
}

/** As `createOnnxWebModel` does it. */
async function createModel(way: Way, files: GraphFiles, runtimes: Runtimes): Promise<LanguageModel> {
  const info = readGraphInfo(files.graph, 'the model');
  const createModelOf = <Feed>(session: GraphSession<Feed>) =>
    createLanguageModel(createOnnxEngine(session, info, { device: 'wasm' }));
  const unfused = (cache: GraphSession<unknown>['cache']) => ({
    ...files,
    graph: unfuseAttention(files.graph, { cache }),
  });
  return way === 'cache in place'
    ? createModelOf(await runtimes.inside.createSession(unfused('in-place')))
    : createModelOf(await createPublicSession(runtimes.documented, unfused('joined')));
}

async function fillContext(model: LanguageModel, cache: KvCache): Promise<void> {
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

/** The token after `before` others for each of `width` branches. */
async function step(model: LanguageModel, cache: KvCache, width: number, before: number): Promise<void> {
  const rows = Array.from({ length: width }, (_, row) => row);
  while (cache.strands.size <= width) cache.strands.add(TRUNK);
  await model.forward(cache, {
    tokens: rows.map((row) => 100 + row),
    positions: rows.map(() => context + before),
    strands: rows.map((row) => row + 1),
    logitsRows: rows,
  });
}
