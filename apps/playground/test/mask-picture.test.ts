import { beforeAll, expect, test } from 'vitest';
import {
  cellAt,
  fitPicture,
  paintRows,
  revealCell,
  roomFor,
  toSvg,
  zoomPicture,
} from '../src/mask-picture.ts';
import type { MaskRows } from '../src/mask-rows.ts';
import { branchColor, palettes, toCss } from '../src/palette.ts';
import { readExample, recordRun } from './record-run.ts';

let mask: MaskRows;
beforeAll(async () => {
  ({ mask } = await recordRun(await readExample('planning'), {}));
});

test('a fitted picture lies wholly on the canvas, and larger cells would not', () => {
  for (const [rows, columns] of [
    [5, 5],
    [200, 100],
    [1000, 1000],
    [40, 3000],
  ] as const) {
    const canvas = { width: 700, height: 500 };
    const { cell, x, y } = fitPicture({ rows, columns }, { row: 0, column: 0 }, canvas);
    expect([x, y]).toEqual([-0, -0]);
    expect(columns * cell).toBeLessThanOrEqual(canvas.width + 1e-9);
    expect(rows * cell).toBeLessThanOrEqual(canvas.height + 1e-9);
    const larger = cell >= 2 ? cell + 1 : cell * 1.001;
    expect(larger > 24 || columns * larger > canvas.width || rows * larger > canvas.height).toBe(true);
  }
});

test('a picture that is fitted without its prompt begins behind it', () => {
  const canvas = { width: 100, height: 100 };
  const view = fitPicture({ rows: 60, columns: 40 }, { row: 50, column: 30 }, canvas);
  expect(cellAt(view, 0, 0)).toEqual({ row: 50, column: 30 });
  expect(cellAt(view, 99, 99)).toEqual({ row: 59, column: 39 });
});

test('zooming leaves the point under the pointer where it is', () => {
  const view = { cell: 3, x: 5, y: -7 };
  const point = [50, 80] as const;
  const before = [(point[0] - view.x) / view.cell, (point[1] - view.y) / view.cell];
  const zoomed = zoomPicture(view, 10, ...point);
  expect([(point[0] - zoomed.x) / zoomed.cell, (point[1] - zoomed.y) / zoomed.cell]).toEqual(before);
});

test('revealing a cell moves the picture only if the cell is out of sight', () => {
  const view = { cell: 10, x: 0, y: -100 };
  const canvas = { width: 100, height: 100 };
  expect(revealCell(view, { row: 15, column: 5 }, canvas)).toEqual(view);
  expect(revealCell(view, { row: 3, column: 20 }, canvas)).toEqual({ cell: 10, x: -110, y: -30 });
});

test('room for a growing picture comes in few steps', () => {
  const rooms = new Set(Array.from({ length: 1000 }, (_, index) => roomFor(index + 1)));
  expect(rooms.size).toBeLessThan(30);
  for (let count = 16; count < 1000; count++) {
    expect(roomFor(count)).toBeGreaterThanOrEqual(count);
    expect(roomFor(count)).toBeLessThanOrEqual(count * 1.3);
  }
});

test('rows are painted in the colours of their strands, however they are cut into pieces', () => {
  const { columns, length } = mask;
  const whole = paintRows(mask, { from: 0, to: length, columns }, palettes.light);
  const cut = 61;
  const pieces = [
    ...paintRows(mask, { from: 0, to: cut, columns }, palettes.light),
    ...paintRows(mask, { from: cut, to: length, columns }, palettes.light),
  ];
  expect([...whole]).toEqual(pieces);
  for (const row of [0, cut, length - 1]) {
    for (let column = 0; column < columns; column++) {
      const cell = mask.cells(row)[column];
      const offset = (row * columns + column) * 4;
      const expected =
        cell === undefined
          ? [0, 0, 0, 0]
          : [
              ...(cell === 0 ? palettes.light.hidden : branchColor(palettes.light, mask.branchOf(cell - 1))),
              255,
            ];
      expect([...whole.subarray(offset, offset + 4)]).toEqual(expected);
    }
  }
});

test('the SVG holds every cell in its colour, once', () => {
  const { promptLength } = mask;
  const origin = { row: promptLength, column: promptLength };
  const svg = toSvg(mask, mask.length, origin, palettes.dark);
  const drawn = new Map<string, string>();
  for (const [, color, path] of svg.matchAll(/<path fill="(#\w+)" d="([^"]+)"/g)) {
    for (const [, x, y, width] of path!.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let column = Number(x); column < Number(x) + Number(width); column++) {
        expect(drawn.has(`${column} ${y}`)).toBe(false);
        drawn.set(`${column} ${y}`, color!);
      }
    }
  }
  let count = 0;
  for (let row = origin.row; row < mask.length; row++) {
    for (const [slot, cell] of mask.cells(row).entries()) {
      if (slot < origin.column) continue;
      count++;
      const color = cell === 0 ? palettes.dark.hidden : branchColor(palettes.dark, mask.branchOf(cell - 1));
      expect(drawn.get(`${slot - origin.column} ${row - origin.row}`)).toBe(toCss(color));
    }
  }
  expect(drawn.size).toBe(count);
});
