import type { FormatKnowledge, PrefixCacheOptions } from '@beltline/decoder';
import { type ModelPrecision, readManifest } from '@beltline/models/folder';
import {
  createOnnxWebModel,
  type OnnxRuntime,
  requestGpuDevice,
  requireSupport,
  type WasmRuntime,
} from '@beltline/onnx-web';
import type { DecoderParts, LoadReport } from '@beltline/worker/server';
import type { Device, LoadProgress, LoadRequest } from '../messages.ts';
import { createDownloader } from './download.ts';
import { defaultFetch, fetchFromHub } from './fetch-from-hub.ts';
import { locateHubModel } from './locate-hub-model.ts';
import { openModelCache } from './model-cache.ts';
import { findWeights, prepareModel } from './prepare-model.ts';
import { loadRuntime, threadsOf } from './runtime.ts';
import { openWebFolder, type WebFolder } from './web-folder.ts';

/** Fetches a model's files, as far as they are not cached, and loads them. */
export async function loadParts(
  request: LoadRequest,
  report: LoadReport<LoadProgress>,
): Promise<DecoderParts> {
  const { source, device, precision, threads } = request;
  // What the browser lacks shows before anything is downloaded.
  requireSupport(device, precision);
  const gpuDevice = device === 'webgpu' ? await requestGpuDevice() : undefined;
  const runtime = await loadRuntime(device, { folder: request.runtime, threads });

  const fetch = source.kind === 'hub' ? fetchFromHub(source.hub) : defaultFetch;
  const cache = await openModelCache({ enabled: request.cache, onWarning: report.warning, fetch });
  const located =
    source.kind === 'hub' ? await locateHubModel(source.name, source.hub, { cache, fetch }) : source;
  const folder = openWebFolder(located, createDownloader({ cache, onProgress: report.progress, fetch }));
  const { format, prefixCache } = request;
  const load = () =>
    loadFolder(folder, { runtime, gpuDevice, device, precision, format, prefixCache, report });
  try {
    return await load();
  } catch (error) {
    // Damaged files must not stay, and where they came from the cache, fresh ones may do.
    if (!mayBeDamage(error) || !(await cache.forgetUsed())) throw error;
    return load().catch(async (second) => {
      if (mayBeDamage(second)) await cache.forgetUsed();
      // What fails after a failure may be its consequence.
      throw error;
    });
  }
}

interface LoadContext {
  readonly runtime: OnnxRuntime | WasmRuntime;
  readonly gpuDevice: GPUDevice | undefined;
  readonly device: Device;
  readonly precision: ModelPrecision | undefined;
  readonly format: FormatKnowledge | undefined;
  readonly prefixCache: PrefixCacheOptions | undefined;
  readonly report: LoadReport<LoadProgress>;
}

async function loadFolder(folder: WebFolder, context: LoadContext): Promise<DecoderParts> {
  const { runtime, gpuDevice, device, precision, prefixCache, report } = context;
  const manifest = await readManifest(folder);
  const { format = manifest.format } = context;
  const weights = findWeights(folder, manifest, precision);
  const { tokenizer, ...graph } = await prepareModel(folder, weights, {
    device,
    precision,
    onProgress: report.progress,
  });
  report.progress({ phase: 'load', done: 0, total: 1 });
  const model = await createOnnxWebModel({
    ...graph,
    device,
    onnxruntime: runtime,
    ...(gpuDevice && { gpuDevice }),
  });
  report.progress({ phase: 'load', done: 1, total: 1 });
  return {
    model,
    tokenizer,
    format,
    threads: threadsOf(runtime),
    ...(prefixCache && { prefixCache }),
  };
}

/** Codes that say that nothing came, or that what came is whole and of a kind that cannot be used. */
const undamaged = /^(DOWNLOAD_FAILED|UNSUPPORTED.*|NOT_BELT_READY|GRAPH_TOO_LARGE)$/;

/** Whether the cause may be a file that is not what it was meant to be. */
function mayBeDamage(error: unknown): boolean {
  return !undamaged.test(String((error as { code?: unknown }).code));
}
