import { parentPort, workerData } from 'node:worker_threads';
import { serveDecoder } from '@beltline/worker/server';
import { loadParts } from '../load-parts.ts';
import type { LoadProgress } from '../load-progress.ts';
import { endpointOf, type LoadRequest } from './endpoint.ts';
import { importGatedRuntime } from './gated-runtime.ts';
import { createNativeGate } from './native-gate.ts';

const port = parentPort!;
const gate = createNativeGate(workerData as SharedArrayBuffer);

serveDecoder<LoadRequest, LoadProgress>(endpointOf(port), {
  async load({ source, options }, { signal, progress }) {
    const onnxruntime = await importGatedRuntime(gate);
    const { threads } = options;
    const parts = await loadParts(source, { ...options, signal, onProgress: progress, onnxruntime });
    return { ...parts, ...(threads !== undefined && { threads }) };
  },
  nextTurn: () => new Promise(setImmediate),
  close: () => port.close(),
});
