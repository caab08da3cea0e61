import { expect, test } from 'vitest';
import { multiplyOrthogonal, orthogonalFactors, orthogonalMatrix } from '../src/orthogonal.ts';

const sizes = [1, 2, 3, 8, 12, 16, 35, 56, 64, 96, 576];

/** a `[rows, n]` times b `[n, columns]`, in double precision. */
function product(a: Float32Array, b: Float32Array, n: number): number[] {
  const columns = b.length / n;
  return Array.from({ length: (a.length / n) * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += a[row * n + i]! * b[i * columns + column]!;
    return sum;
  });
}

function greatest(differences: readonly number[]): number {
  return differences.reduce((most, difference) => Math.max(most, Math.abs(difference)), 0);
}

function transpose(matrix: Float32Array, rows: number): Float32Array {
  const columns = matrix.length / rows;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}

function numbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(i * i + 1));
}

test.each(sizes)('Q(%i) is orthogonal, and no entry of it is large', (size) => {
  const matrix = orthogonalMatrix(size);
  const squared = product(matrix, transpose(matrix, size), size);
  expect(greatest(squared.map((value, i) => value - (i % (size + 1) === 0 ? 1 : 0)))).toBeLessThan(1e-5);
  expect(greatest([...matrix])).toBeLessThan(Math.sqrt(2 / size) + 1e-6);
});

test.each(sizes)('rows are multiplied with Q(%i), and so are columns', (size) => {
  const rows = numbers(3 * size);
  const expected = product(rows, orthogonalMatrix(size), size);
  const columns = transpose(rows, 3);
  multiplyOrthogonal(rows, size);
  multiplyOrthogonal(columns, size, 3);
  expect(greatest(expected.map((value, i) => value - rows[i]!))).toBeLessThan(1e-5);
  expect([...transpose(columns, size)]).toEqual([...rows]);
});

test.each(sizes)('Q(%i) is the Kronecker product of two such matrices', (size) => {
  const [left, right] = orthogonalFactors(size);
  expect(left * right).toBe(size);
  const [a, b] = [orthogonalMatrix(left), orthogonalMatrix(right)];
  const whole = orthogonalMatrix(size);
  const differences = [...whole].map((value, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    const outer = a[Math.floor(row / right) * left + Math.floor(column / right)]!;
    return value - outer * b[(row % right) * right + (column % right)]!;
  });
  expect(greatest(differences)).toBeLessThan(1e-5);
});
