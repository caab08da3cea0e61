/** Reads stored rows `[first, end)`. */
export type ReadRows = (first: number, end: number) => Promise<Uint8Array>;

/**
 * Puts the rows of llama's query and key projections back into their checkpoint's order.
 *
 * llama.cpp rotates neighbouring values of a head for this architecture, so its converter interleaves the two halves of
 * each head: row 2 i of a head is row i of the checkpoint, row 2 i + 1 is row i + headSize / 2.
 */
export function inCheckpointOrder(readRows: ReadRows, headSize: number): ReadRows {
  return async (first, end) => {
    const start = first - (first % headSize);
    const stored = await readRows(start, Math.ceil(end / headSize) * headSize);
    const rowBytes = stored.length / (Math.ceil(end / headSize) * headSize - start);
    const ordered = new Uint8Array((end - first) * rowBytes);
    for (let row = first; row < end; row++) {
      const place = row % headSize;
      const half = headSize / 2;
      const from = row - place + (place < half ? 2 * place : 2 * (place - half) + 1) - start;
      ordered.set(stored.subarray(from * rowBytes, (from + 1) * rowBytes), (row - first) * rowBytes);
    }
    return ordered;
  };
}
