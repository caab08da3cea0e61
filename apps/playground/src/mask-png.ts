import { type Origin, paintRows } from './mask-picture.ts';
import type { MaskRows } from './mask-rows.ts';
import { type Palette, toCss } from './palette.ts';

/** Longest edge that a cell is enlarged for, in pixels. */
const AIM = 2048;

/** The first rows of the mask as a PNG picture; each cell is a square of whole pixels. */
export function toPng(mask: MaskRows, rows: number, origin: Origin, palette: Palette): Promise<Blob> {
  const { columns } = mask;
  const width = Math.max(1, columns - origin.column);
  const height = Math.max(1, rows - origin.row);
  const cell = Math.max(1, Math.floor(AIM / Math.max(width, height)));
  const painted = createCanvas(columns, height);
  if (rows > origin.row) {
    const pixels = paintRows(mask, { from: origin.row, to: rows, columns }, palette);
    painted.getContext('2d')!.putImageData(new ImageData(pixels, columns), 0, 0);
  }
  const canvas = createCanvas(width * cell, height * cell);
  const context = canvas.getContext('2d')!;
  context.fillStyle = toCss(palette.background);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.drawImage(painted, origin.column, 0, width, height, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('the browser could not make a PNG of this size'));
    }, 'image/png');
  });
}

function createCanvas(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement('canvas'), { width, height });
}
