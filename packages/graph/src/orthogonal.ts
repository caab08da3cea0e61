// The orthogonal matrix Q(n) whose entries are all about as large, 1 / sqrt(n), for rows that are multiplied with it from the
// left. Of n = r * 2^k with r odd it is C ⊗ H: the orthonormal cosine transform (DCT-II) of r values beside the Hadamard
// matrix of 2^k, which takes k additions a value.

/** Multiplies every vector along the middle axis of `values`, `[any, size, inner]`, with Q(size): in place. */
export function multiplyOrthogonal(values: Float32Array, size: number, inner = 1): void {
  const power = size & -size;
  const rest = size / power;
  const cosines = cosineMatrix(rest);
  for (let start = 0; start < values.length; start += size * inner) {
    for (let block = 0; block < rest; block++) {
      multiplyHadamard(values, start + block * power * inner, power, inner);
    }
    if (rest > 1) multiplyCosines(values, start, cosines, rest, power * inner);
  }
}

/** Q(size), row by row. */
export function orthogonalMatrix(size: number): Float32Array {
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  multiplyOrthogonal(matrix, size);
  return matrix;
}

/** Sizes `[p, q]` with p * q = size and Q(size) = Q(p) ⊗ Q(q), about as large as each other. */
export function orthogonalFactors(size: number): readonly [number, number] {
  const power = size & -size;
  let right = 1;
  while (right < power && right * right < size) right *= 2;
  return [size / right, right];
}

/** Turns each `[rows, columns]` of the values into `[columns, rows]`, in place. */
export function transposeEach(values: Float32Array, rows: number, columns: number): void {
  const size = rows * columns;
  for (let start = 0; start < values.length; start += size) {
    const before = values.slice(start, start + size);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        values[start + column * rows + row] = before[row * columns + column]!;
      }
    }
  }
}

/** The fast Walsh-Hadamard transform of `[count, inner]` from `start` on, along the first axis. */
function multiplyHadamard(values: Float32Array, start: number, count: number, inner: number): void {
  const end = start + count * inner;
  for (let half = inner; half < count * inner; half *= 2) {
    for (let pair = start; pair < end; pair += 2 * half) {
      for (let i = pair; i < pair + half; i++) {
        const left = values[i]!;
        const right = values[i + half]!;
        values[i] = left + right;
        values[i + half] = left - right;
      }
    }
  }
  const scale = 1 / Math.sqrt(count);
  for (let i = start; i < end; i++) values[i]! *= scale;
}

/** `[count, count]`: entry `[from, to]` is what value `from` adds to value `to`. */
function cosineMatrix(count: number): Float32Array {
  return Float32Array.from({ length: count * count }, (_, i) => {
    const from = Math.floor(i / count);
    const to = i % count;
    return Math.sqrt((to === 0 ? 1 : 2) / count) * Math.cos((Math.PI * (from + 0.5) * to) / count);
  });
}

function multiplyCosines(
  values: Float32Array,
  start: number,
  cosines: Float32Array,
  count: number,
  inner: number,
): void {
  const before = values.slice(start, start + count * inner);
  values.fill(0, start, start + count * inner);
  for (let to = 0; to < count; to++) {
    for (let from = 0; from < count; from++) {
      const cosine = cosines[from * count + to]!;
      for (let i = 0; i < inner; i++) values[start + to * inner + i]! += cosine * before[from * inner + i]!;
    }
  }
}
