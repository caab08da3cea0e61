import { BackendError } from '@beltline/backend';

/**
 * What is used of the WebAssembly module of onnxruntime-web 1.30. Nothing of it is documented: `requireKnownModule`
 * compares it with what this version has.
 */
export interface WasmModule {
  readonly HEAPU8: Uint8Array<ArrayBufferLike>;
  readonly PTR_SIZE: number;
  _malloc(bytes: number): number;
  _free(address: number): void;
  stackSave(): number;
  stackRestore(stack: number): void;
  stackAlloc(bytes: number): number;
  getValue(address: number, type: string): number;
  setValue(address: number, value: number, type: string): void;
  UTF8ToString(address: number): string;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, bytes: number): void;
  mountExternalData(path: string, data: Uint8Array): void;
  unmountExternalData(): void;
  _OrtInit(threads: number, logLevel: number): number;
  _OrtGetLastError(code: number, message: number): number;
  _OrtCreateSessionOptions(
    optimization: number,
    memoryArena: boolean,
    memoryPattern: boolean,
    executionMode: number,
    profiling: boolean,
    profilePrefix: number,
    logId: number,
    logSeverity: number,
    logVerbosity: number,
    optimizedPath: number,
  ): number;
  _OrtAddSessionConfigEntry(options: number, key: number, value: number): number;
  _OrtReleaseSessionOptions(options: number): number;
  _OrtCreateSession(data: number, bytes: number, options: number): number | Promise<number>;
  _OrtReleaseSession(session: number): number;
  _OrtGetInputOutputCount(session: number, inputs: number, outputs: number): number;
  _OrtGetInputOutputMetadata(session: number, index: number, name: number, metadata: number): number;
  _OrtCreateTensor(
    type: number,
    data: number,
    bytes: number,
    dims: number,
    rank: number,
    location: number,
  ): number;
  _OrtGetTensorData(tensor: number, type: number, data: number, dims: number, rank: number): number;
  _OrtReleaseTensor(tensor: number): number;
  _OrtRun(
    session: number,
    inputNames: number,
    inputs: number,
    inputCount: number,
    outputNames: number,
    outputs: number,
    outputCount: number,
    options: number,
  ): number | Promise<number>;
  _OrtFree(address: number): number;
}

/** The default export of `onnxruntime-web/ort-wasm-simd-threaded.mjs`. */
export type WasmFactory = (settings: {
  numThreads: number;
  locateFile: (name: string) => string;
}) => Promise<WasmModule>;

/** How many arguments each function of the module takes. */
const arities: { readonly [Name in keyof WasmModule]?: number } = {
  _malloc: 1,
  _free: 1,
  _OrtInit: 2,
  _OrtGetLastError: 2,
  _OrtCreateSessionOptions: 10,
  _OrtAddSessionConfigEntry: 3,
  _OrtReleaseSessionOptions: 1,
  _OrtCreateSession: 3,
  _OrtReleaseSession: 1,
  _OrtGetInputOutputCount: 3,
  _OrtGetInputOutputMetadata: 4,
  _OrtCreateTensor: 6,
  _OrtGetTensorData: 5,
  _OrtReleaseTensor: 1,
  _OrtRun: 8,
  _OrtFree: 1,
};

const helpers = [
  'stackSave',
  'stackRestore',
  'stackAlloc',
  'getValue',
  'setValue',
  'UTF8ToString',
  'lengthBytesUTF8',
  'stringToUTF8',
  'mountExternalData',
  'unmountExternalData',
] as const;

/** @throws BackendError `UNSUPPORTED` for a module that is not shaped like the one of onnxruntime-web 1.30. */
export function requireKnownModule(module: WasmModule): void {
  const strange = [
    ...Object.entries(arities).flatMap(([name, arity]) => {
      const exported: unknown = module[name as keyof WasmModule];
      return typeof exported === 'function' && exported.length === arity ? [] : [name];
    }),
    ...helpers.filter((name) => typeof module[name] !== 'function'),
    ...(module.PTR_SIZE === 4 && module.HEAPU8 instanceof Uint8Array ? [] : ['memory']),
  ];
  if (strange.length > 0) {
    throw new BackendError(
      'UNSUPPORTED',
      `this onnxruntime-web has another inside than version 1.30 (${strange.join(', ')}): pass the module onnxruntime-web/wasm instead`,
    );
  }
}

/** The memory as it is now: it may have grown since, and a worker's growth shows only after a call into the module. */
export function heapOf(module: WasmModule): Uint8Array<ArrayBufferLike> {
  module.getValue(0, 'i8');
  return module.HEAPU8;
}

/** Throws what the runtime says of the last failure, if `code` is one. */
export function check(module: WasmModule, code: number, doing: string): void {
  if (code !== 0) throw lastError(module, doing);
}

/** Like `check` for functions that return an address, 0 if they failed. */
export function checkAddress(module: WasmModule, address: number, doing: string): number {
  if (address === 0) throw lastError(module, doing);
  return address;
}

function lastError(module: WasmModule, doing: string): Error {
  return onStack(module, () => {
    const place = module.stackAlloc(8);
    module._OrtGetLastError(place, place + 4);
    const message = module.getValue(place + 4, '*');
    return new Error(`${doing}: ${message === 0 ? 'unknown reason' : module.UTF8ToString(message)}`);
  });
}

/** Runs with a stack that is given back afterwards. */
export function onStack<Result>(module: WasmModule, run: () => Result): Result {
  const stack = module.stackSave();
  try {
    return run();
  } finally {
    module.stackRestore(stack);
  }
}

/** Copies a text to the heap, ending with a zero; free it with `_free`. */
export function copyText(module: WasmModule, text: string): number {
  const bytes = module.lengthBytesUTF8(text) + 1;
  const address = module._malloc(bytes);
  module.stringToUTF8(text, address, bytes);
  return address;
}
