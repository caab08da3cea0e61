import type { LanguageModel } from '@beltline/backend';
import {
  besideGraph,
  MANIFEST_NAME,
  type Manifest,
  ModelsError,
  readManifest,
  readModelTexts,
} from '@beltline/models/folder';
import { createOnnxWebModel, type OnnxRuntime, requestGpuDevice, type WasmRuntime } from '@beltline/onnx-web';
import { createTokenizer } from '@beltline/tokenizer';
import type { Device, LoadRequest } from '../messages.ts';
import { WebError } from '../web-error.ts';
import { createDownloader } from './download.ts';
import { openModelCache } from './model-cache.ts';
import { loadRuntime, threadsOf } from './runtime.ts';
import type { DecoderParts, LoadReport } from './serve-decoder.ts';
import { openWebFolder, type WebFolder } from './web-folder.ts';

/** Fetches a model's files, as far as they are not cached, and loads them. */
export async function loadParts(request: LoadRequest, report: LoadReport): Promise<DecoderParts> {
  const { source, device, threads } = request;
  // What the browser lacks shows before anything is downloaded.
  const gpuDevice = device === 'webgpu' ? await requestGpuDevice() : undefined;
  const runtime = await loadRuntime(device, { folder: request.runtime, threads });

  const cache = await openModelCache({ enabled: request.cache, onWarning: report.warning });
  const folder = openWebFolder(source, createDownloader({ cache, onProgress: report.progress }));
  const load = () => loadFolder(folder, { runtime, gpuDevice, device, report });
  try {
    return await load();
  } catch (error) {
    if (isDownloadError(error)) throw error;
    // Damaged files must not stay, and where they came from the cache, fresh ones may do.
    if (!(await cache.forgetUsed())) throw error;
    try {
      return await load();
    } catch (second) {
      await cache.forgetUsed();
      throw isDownloadError(second) ? error : second;
    }
  }
}

interface LoadContext {
  readonly runtime: OnnxRuntime | WasmRuntime;
  readonly gpuDevice: GPUDevice | undefined;
  readonly device: Device;
  readonly report: LoadReport;
}

async function loadFolder(folder: WebFolder, context: LoadContext): Promise<DecoderParts> {
  const manifest = requireGraph(folder, await readManifest(folder));
  const texts = await readModelTexts(folder);
  const tokenizer = createTokenizer({ ...texts, modelConfig: texts.config });
  const model = await loadModel(folder, manifest, context);
  return { model, tokenizer, format: manifest.format, threads: threadsOf(context.runtime) };
}

async function loadModel(
  folder: WebFolder,
  { graph, externalData }: GraphManifest,
  { runtime, gpuDevice, device, report }: LoadContext,
): Promise<LanguageModel> {
  const [bytes, ...parts] = await Promise.all([
    folder.readBytes(graph),
    ...externalData.map((name) => folder.readBytes(besideGraph(graph, name))),
  ]);
  report.progress({ phase: 'load', done: 0, total: 1 });
  const model = await createOnnxWebModel({
    graph: bytes!,
    externalData: Object.fromEntries(externalData.map((name, index) => [name, parts[index]!])),
    device,
    onnxruntime: runtime,
    ...(gpuDevice && { gpuDevice }),
  });
  report.progress({ phase: 'load', done: 1, total: 1 });
  return model;
}

type GraphManifest = Manifest & { readonly graph: string };

function requireGraph(folder: WebFolder, manifest: Manifest): GraphManifest {
  const { graph } = manifest;
  if (graph !== undefined) return { ...manifest, graph };
  const file = folder.pathOf(MANIFEST_NAME);
  throw new ModelsError(
    'UNSUPPORTED',
    file,
    `${file} is missing or names no "graph": browsers need a folder with a belt-ready graph, as @beltline/graph builds it ` +
      'from a checkpoint',
  );
}

function isDownloadError(error: unknown): boolean {
  return error instanceof WebError && error.code === 'DOWNLOAD_FAILED';
}
