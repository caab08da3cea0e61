import type { FeedTensor, GraphSession } from '@beltline/onnx-engine';
import type { GraphFiles } from './load-graph.ts';
import { check, checkAddress, copyText, heapOf, onStack, type WasmModule } from './wasm-module.ts';

/** The runtime's numbers for the types of tensors. */
const typeCodes = { float32: 1, int32: 6, int64: 7 } as const;
const onCpu = 1;
const pointerSize = 4;

/** Loads a graph into a module; what `allocate` makes lies on the module's heap and is read in place. */
export async function createWasmSession(
  module: WasmModule,
  files: GraphFiles,
): Promise<GraphSession<FeedTensor>> {
  const session = await createSession(module, files);
  const { inputs, outputs } = readNames(module, session);
  const resident = createResidentMemory(module);

  return {
    cache: 'in-place',
    allocate: resident.allocate,
    free: resident.free,
    createFeed: (tensor) => tensor,
    async run(feeds, targets) {
      const frame = createFrame(module);
      try {
        const names = Object.keys(feeds);
        const tensors = names.map((name) => {
          const feed = feeds[name]!;
          return frame.tensor(feed, resident.addressOf(feed.data) ?? frame.copy(feed.data));
        });
        const inputNames = names.map((name) => inputs.get(name)!);
        const outputNames = [...outputs.keys()];
        const fetched = frame.pointers(
          outputNames.map((name) => {
            const target = targets[name];
            return target === undefined ? 0 : frame.tensor(target, resident.addressOf(target.data)!);
          }),
        );
        const code = await module._OrtRun(
          session,
          frame.pointers(inputNames),
          frame.pointers(tensors),
          names.length,
          frame.pointers([...outputs.values()]),
          outputs.size,
          fetched,
          0,
        );
        check(module, code, 'the run failed');
        return Object.fromEntries(
          outputNames.flatMap((name, index) =>
            name in targets ? [] : [[name, { data: frame.take(fetched + index * pointerSize) }]],
          ),
        );
      } finally {
        frame.release();
      }
    },
    async release() {
      for (const name of [...inputs.values(), ...outputs.values()]) module._OrtFree(name);
      check(module, module._OrtReleaseSession(session), 'the session could not be released');
    },
  };
}

async function createSession(module: WasmModule, { graph, externalData }: GraphFiles): Promise<number> {
  const frame = createFrame(module);
  let options = 0;
  try {
    // What the documented interface passes: all optimizations, no memory patterns, warnings and errors.
    options = checkAddress(
      module,
      module._OrtCreateSessionOptions(99, false, false, 0, false, 0, 0, 2, 0, 0),
      'session options',
    );
    const [key, value] = ['session.use_ort_model_bytes_directly', '1'].map(frame.text) as [number, number];
    check(module, module._OrtAddSessionConfigEntry(options, key, value), 'session options');
    for (const [path, data] of Object.entries(externalData)) module.mountExternalData(path, data);
    const session = await module._OrtCreateSession(frame.copy(graph), graph.byteLength, options);
    return checkAddress(module, session, 'the graph could not be loaded');
  } finally {
    if (options !== 0) module._OrtReleaseSessionOptions(options);
    module.unmountExternalData();
    frame.release();
  }
}

/** Names of inputs and outputs with their addresses as texts, in the graph's order. */
function readNames(module: WasmModule, session: number) {
  return onStack(module, () => {
    const place = module.stackAlloc(2 * pointerSize);
    check(module, module._OrtGetInputOutputCount(session, place, place + pointerSize), 'inputs and outputs');
    const counts = [module.getValue(place, 'i32'), module.getValue(place + pointerSize, 'i32')] as const;
    const nameAt = (index: number): [string, number] => {
      const code = module._OrtGetInputOutputMetadata(session, index, place, place + pointerSize);
      check(module, code, 'inputs and outputs');
      const address = module.getValue(place, '*');
      module._OrtFree(module.getValue(place + pointerSize, '*'));
      return [module.UTF8ToString(address), address];
    };
    const names = Array.from({ length: counts[0] + counts[1] }, (_, index) => nameAt(index));
    return { inputs: new Map(names.slice(0, counts[0])), outputs: new Map(names.slice(counts[0])) };
  });
}

/** Floats on the module's heap that stay. */
function createResidentMemory(module: WasmModule) {
  // The memory is shared, so that views of it stay valid when it grows, but each growth makes another buffer object.
  const buffers = new Set<ArrayBufferLike>();
  return {
    allocate(length: number): Float32Array {
      const address = module._malloc(length * Float32Array.BYTES_PER_ELEMENT);
      if (address === 0) throw new Error(`WebAssembly has no memory for ${length} more floats`);
      const { buffer } = heapOf(module);
      buffers.add(buffer);
      return new Float32Array(buffer, address, length) as Float32Array;
    },
    free(floats: Float32Array): void {
      module._free(floats.byteOffset);
    },
    /** Where a view of resident floats lies; undefined for any other array. */
    addressOf: (view: ArrayBufferView): number | undefined =>
      buffers.has(view.buffer) ? view.byteOffset : undefined,
  };
}

/** Whatever one call puts on the heap, given back together. */
function createFrame(module: WasmModule) {
  const allocations: number[] = [];
  const tensors: number[] = [];

  function allocate(bytes: number): number {
    const address = module._malloc(Math.max(bytes, 1));
    if (address === 0) throw new Error(`WebAssembly has no memory for ${bytes} more bytes`);
    allocations.push(address);
    return address;
  }

  return {
    copy(data: ArrayBufferView): number {
      const address = allocate(data.byteLength);
      heapOf(module).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
      return address;
    },
    text(text: string): number {
      const address = copyText(module, text);
      allocations.push(address);
      return address;
    },
    pointers(addresses: readonly number[]): number {
      const address = allocate(addresses.length * pointerSize);
      addresses.forEach((value, index) => {
        module.setValue(address + index * pointerSize, value, '*');
      });
      return address;
    },
    tensor({ type, data, dims }: FeedTensor, address: number): number {
      const shape = this.pointers(dims);
      const tensor = module._OrtCreateTensor(
        typeCodes[type],
        address,
        data.byteLength,
        shape,
        dims.length,
        onCpu,
      );
      tensors.push(checkAddress(module, tensor, 'an input'));
      return tensor;
    },
    /** Copies the floats out of the output whose address stands at `place`. */
    take(place: number): Float32Array {
      const tensor = module.getValue(place, '*');
      tensors.push(tensor);
      const parts = allocate(4 * pointerSize);
      const [type, data, dims, rank] = [0, 1, 2, 3].map((part) => parts + part * pointerSize) as [
        number,
        number,
        number,
        number,
      ];
      check(module, module._OrtGetTensorData(tensor, type, data, dims, rank), 'an output');
      const shape = module.getValue(dims, '*');
      let length = 1;
      for (let axis = 0; axis < module.getValue(rank, 'i32'); axis++) {
        length *= module.getValue(shape + axis * pointerSize, 'i32');
      }
      module._OrtFree(shape);
      const start = module.getValue(data, '*');
      return new Float32Array(new Float32Array(heapOf(module).buffer, start, length));
    },
    release(): void {
      for (const tensor of tensors) module._OrtReleaseTensor(tensor);
      for (const address of allocations) module._free(address);
    },
  };
}
