import type { KvStore } from '@beltline/backend';
import { type KeyValueShape, slotsFor } from '@beltline/onnx-engine';
import { createGpuRowCopier, type GpuRowCopier, type RowLayout } from './gpu-row-copier.ts';

/** Keys and values of one sequence on the GPU, float32; nothing of them ever comes to JavaScript. */
export interface GpuKeyValueStore extends KvStore {
  /** Slots that the buffers hold now. */
  readonly allocated: number;
  /** Keys of each layer, then values of each layer, each `[kvHeads, allocated, headSize]`; replaced now and then. */
  readonly buffers: readonly GPUBuffer[];
  /** Makes room for `length` slots and keeps the first `used`. @throws Error if the GPU's memory is short. */
  reserve(length: number, used: number): Promise<void>;
  /** Takes the first `length` slots of another store of the same shape; for stores that are empty. */
  copyFrom(source: GpuKeyValueStore, length: number): void;
  /** Writes new keys and values, ordered as `buffers`, each `[tokens, kvHeads * headSize]`, to the slots from `slot` on. */
  write(added: readonly GPUBuffer[], options: { tokens: number; slot: number }): void;
}

/** Makes stores on a device, empty or with the first `length` slots of another; they share the pipeline that moves rows. */
export function createGpuStoreFactory(
  device: GPUDevice,
  shape: KeyValueShape,
): (capacity: number, copyOf?: { store: GpuKeyValueStore; length: number }) => GpuKeyValueStore {
  const copier = createGpuRowCopier(device, { heads: shape.kvHeads, headSize: shape.headSize });
  return (capacity, copyOf) => {
    const store = createGpuKeyValueStore(device, { shape, capacity, copier });
    if (copyOf) store.copyFrom(copyOf.store, copyOf.length);
    return store;
  };
}

function createGpuKeyValueStore(
  device: GPUDevice,
  { shape, capacity, copier }: { shape: KeyValueShape; capacity: number; copier: GpuRowCopier },
): GpuKeyValueStore {
  const { layers, kvHeads, headSize } = shape;
  let allocated = 0;
  let buffers: readonly GPUBuffer[] = [];

  function createBuffers(slots: number): GPUBuffer[] {
    const size = kvHeads * slots * headSize * Float32Array.BYTES_PER_ELEMENT;
    return Array.from({ length: 2 * layers }, () =>
      device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }),
    );
  }

  /** Slots are rows; the heads lie apart. */
  function layoutOf(slots: number): RowLayout {
    return { row: headSize, head: slots * headSize };
  }

  /** Copies rows of other buffers, of `from` slots, to the first rows of buffers of `to` slots. */
  function copyRows(
    sources: readonly GPUBuffer[],
    targets: readonly GPUBuffer[],
    { rows, from, to }: { rows: Int32Array; from: number; to: number },
  ): void {
    copier.copy(
      sources.map((source, index) => ({ source, target: targets[index]! })),
      { rows, from: layoutOf(from), to: layoutOf(to), start: 0 },
    );
  }

  /** Puts rows of the present buffers into others, which take their place. */
  function moveTo(others: readonly GPUBuffer[], slots: number, rows: Int32Array): void {
    copyRows(buffers, others, { rows, from: allocated, to: slots });
    for (const buffer of buffers) buffer.destroy();
    buffers = others;
    allocated = slots;
  }

  return {
    get allocated() {
      return allocated;
    },
    get buffers() {
      return buffers;
    },
    async reserve(length, used) {
      if (length <= allocated) return;
      const slots = slotsFor(length, capacity);
      device.pushErrorScope('out-of-memory');
      const larger = createBuffers(slots);
      const error = await device.popErrorScope();
      if (error) {
        for (const buffer of larger) buffer.destroy();
        throw new Error(`the GPU has no memory for ${slots} tokens: ${error.message}`);
      }
      moveTo(larger, slots, identity(used));
    },
    copyFrom(source, length) {
      if (length === 0) return;
      allocated = slotsFor(length, capacity);
      buffers = createBuffers(allocated);
      copyRows(source.buffers, buffers, { rows: identity(length), from: source.allocated, to: allocated });
    },
    write(added, { tokens, slot }) {
      copier.copy(
        buffers.map((target, index) => ({ source: added[index]!, target })),
        {
          rows: identity(tokens),
          from: { row: kvHeads * headSize, head: headSize },
          to: layoutOf(allocated),
          start: slot,
        },
      );
    },
    keep(slots) {
      // In place, a row could be overwritten before it is read.
      if (allocated > 0) moveTo(createBuffers(allocated), allocated, slots);
    },
    dispose() {
      for (const buffer of buffers) buffer.destroy();
      buffers = [];
      allocated = 0;
    },
  };
}

function identity(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}
