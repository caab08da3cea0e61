import type { MaskRows } from './mask-rows.ts';
import { branchColor, type Color, type Palette, toCss } from './palette.ts';

/** A part of the picture: rows and columns from here on. */
export interface Origin {
  readonly row: number;
  readonly column: number;
}

/** Where the picture stands on the canvas, in device pixels. */
export interface PictureView {
  /** Edge of a cell; below 1 cells share pixels. */
  readonly cell: number;
  /** Left edge of column 0 and upper edge of row 0. */
  readonly x: number;
  readonly y: number;
}

export interface PictureSize {
  readonly rows: number;
  readonly columns: number;
}

export interface CanvasSize {
  /** In device pixels. */
  readonly width: number;
  readonly height: number;
}

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** Largest edge of a cell, in device pixels, when a small picture is fitted. */
const LARGEST_FITTED_CELL = 24;

/** Shows all of the picture from its origin on, as large as it fits; cells of 2 pixels and more are whole pixels. */
export function fitPicture(size: PictureSize, origin: Origin, canvas: CanvasSize): PictureView {
  const rows = Math.max(1, size.rows - origin.row);
  const columns = Math.max(1, size.columns - origin.column);
  const exact = Math.min(canvas.width / columns, canvas.height / rows, LARGEST_FITTED_CELL);
  const cell = exact >= 2 ? Math.floor(exact) : exact;
  return { cell, x: -origin.column * cell, y: -origin.row * cell };
}

/** The view with cells of another size; the point `[x, y]` of the canvas stays where it is. */
export function zoomPicture(view: PictureView, cell: number, x: number, y: number): PictureView {
  const factor = cell / view.cell;
  return { cell, x: x - (x - view.x) * factor, y: y - (y - view.y) * factor };
}

/** The cell below a point of the canvas, which may lie outside of the picture. */
export function cellAt(view: PictureView, x: number, y: number): CellPlace {
  return { row: Math.floor((y - view.y) / view.cell), column: Math.floor((x - view.x) / view.cell) };
}

/** The view moved as little as is needed to show a cell. */
export function revealCell(view: PictureView, { row, column }: CellPlace, canvas: CanvasSize): PictureView {
  const shift = (start: number, room: number) => {
    if (start < 0) return -start;
    return Math.min(0, room - (start + view.cell));
  };
  return {
    cell: view.cell,
    x: view.x + shift(view.x + column * view.cell, canvas.width),
    y: view.y + shift(view.y + row * view.cell, canvas.height),
  };
}

/**
 * Room for a picture that grows: sizes go up in steps of about a fifth, so that it is not fitted anew with every row.
 */
export function roomFor(count: number): number {
  let room = 16;
  while (room < count) room = Math.ceil(room * 1.2);
  return room;
}

/**
 * Paints rows `[from, to)` into RGBA pixels `[row, column]` of `columns` columns, one pixel for each cell; what lies
 * right of a row's own slot stays transparent.
 */
export function paintRows(
  mask: MaskRows,
  { from, to, columns }: { from: number; to: number; columns: number },
  palette: Palette,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray((to - from) * columns * 4);
  for (let row = from; row < to; row++) {
    let offset = (row - from) * columns * 4;
    for (const cell of mask.cells(row)) {
      const [red, green, blue] = cellColor(mask, cell, palette);
      pixels[offset] = red;
      pixels[offset + 1] = green;
      pixels[offset + 2] = blue;
      pixels[offset + 3] = 255;
      offset += 4;
    }
  }
  return pixels;
}

function cellColor(mask: MaskRows, cell: number, palette: Palette): Color {
  return cell > 0 ? branchColor(palette, mask.branchOf(cell - 1)) : palette.hidden;
}

/** The first rows of the mask as an SVG picture, one unit for each cell. */
export function toSvg(mask: MaskRows, rows: number, origin: Origin, palette: Palette): string {
  const paths = new Map<string, string[]>();
  let columns = 1;
  for (let row = origin.row; row < rows; row++) {
    const cells = mask.cells(row);
    columns = Math.max(columns, cells.length - origin.column);
    for (let start = origin.column; start < cells.length; ) {
      let end = start + 1;
      while (end < cells.length && cells[end] === cells[start]) end++;
      const color = toCss(cellColor(mask, cells[start]!, palette));
      const bars = paths.get(color) ?? [];
      bars.push(`M${start - origin.column} ${row - origin.row}h${end - start}v1h${start - end}z`);
      paths.set(color, bars);
      start = end;
    }
  }
  const height = Math.max(1, rows - origin.row);
  const drawn = [...paths].map(([color, bars]) => `<path fill="${color}" d="${bars.join('')}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns} ${height}" width="${columns * 2}" height="${height * 2}" shape-rendering="crispEdges" role="img">`,
    '<title>Attention mask: rows are tokens as queries, columns are cache slots</title>',
    `<rect width="${columns}" height="${height}" fill="${toCss(palette.background)}"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}
