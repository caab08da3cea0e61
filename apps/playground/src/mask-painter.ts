import type { Stage } from '@beltline/decoder';
import { type CanvasSize, type CellPlace, type PictureView, paintRows } from './mask-picture.ts';
import type { MaskRows } from './mask-rows.ts';
import { type Palette, toCss } from './palette.ts';

/** All that a drawing depends on. */
export interface MaskScene {
  readonly mask: MaskRows;
  /** Only the first rows are shown. */
  readonly rows: number;
  readonly view: PictureView;
  readonly palette: Palette;
  /** Colours of the page, as CSS. */
  readonly ink: { readonly text: string; readonly rule: string };
  /** Device pixels of one CSS pixel. */
  readonly pixelRatio: number;
  readonly cursor: CellPlace | undefined;
}

export interface MaskPainter {
  /** Draws a scene; rows that were painted before cost nothing. */
  draw(scene: MaskScene): void;
}

/** Cells of at least so many device pixels get lines between them. */
const SMALLEST_RULED_CELL = 6;

/**
 * Draws masks on a canvas. Rows never change, so each is painted once, with one pixel for each cell, into a picture of
 * its own; drawing is one scaled copy of that, whatever the size.
 */
export function createMaskPainter(canvas: HTMLCanvasElement): MaskPainter {
  const store = createRowStore();
  return {
    draw(scene) {
      const context = canvas.getContext('2d')!;
      const { width, height } = canvas;
      context.fillStyle = toCss(scene.palette.background);
      context.fillRect(0, 0, width, height);
      if (scene.rows === 0) return;
      const picture = store.paint(scene);
      const { cell, x, y } = scene.view;
      const { columns } = scene.mask;
      context.imageSmoothingEnabled = !Number.isInteger(cell);
      // Enlarged, it makes no difference but time.
      context.imageSmoothingQuality = cell < 1 ? 'high' : 'low';
      context.drawImage(picture, 0, 0, columns, scene.rows, x, y, columns * cell, scene.rows * cell);
      if (cell >= SMALLEST_RULED_CELL) drawGrid(context, scene);
      drawStages(context, scene, { width, height });
      if (scene.cursor) drawCursor(context, scene, scene.cursor);
    },
  };
}

/** Holds the painted rows of one mask in one palette. */
function createRowStore() {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  let painted = 0;
  let mask: MaskRows | undefined;
  let palette: Palette | undefined;

  return {
    paint(scene: MaskScene): HTMLCanvasElement {
      const { columns, length } = scene.mask;
      if (mask !== scene.mask || palette !== scene.palette) {
        painted = 0;
        ({ mask, palette } = scene);
        context.clearRect(0, 0, canvas.width, canvas.height);
      }
      if (columns > canvas.width || length > canvas.height) {
        // A new size clears the canvas.
        canvas.width = Math.max(256, columns > canvas.width ? columns * 1.5 : canvas.width);
        canvas.height = Math.max(256, length > canvas.height ? length * 1.5 : canvas.height);
        painted = 0;
      }
      if (painted < length) {
        const pixels = paintRows(scene.mask, { from: painted, to: length, columns }, scene.palette);
        context.putImageData(new ImageData(pixels, columns), 0, painted);
        painted = length;
      }
      return canvas;
    },
  };
}

function drawGrid(context: CanvasRenderingContext2D, { mask, rows, view, palette, pixelRatio }: MaskScene) {
  const { cell, x, y } = view;
  const line = Math.max(1, Math.round(pixelRatio / 2));
  context.fillStyle = toCss(palette.background);
  for (let column = 1; column <= mask.columns; column++) {
    context.fillRect(Math.round(x + column * cell) - line, y, line, rows * cell);
  }
  for (let row = 1; row <= rows; row++) {
    context.fillRect(x, Math.round(y + row * cell) - line, mask.columns * cell, line);
  }
}

/** Names the stages in the corner that every causal mask leaves empty. */
function drawStages(context: CanvasRenderingContext2D, scene: MaskScene, { width }: CanvasSize): void {
  const { mask, rows, view, ink, pixelRatio } = scene;
  const fontSize = 12 * pixelRatio;
  const line = Math.max(1, Math.round(pixelRatio));
  context.font = `${fontSize}px ui-sans-serif, system-ui, sans-serif`;
  context.textAlign = 'right';
  context.textBaseline = 'top';
  let labelsEnd = 0;
  for (const { stage, from, to } of stagesOf(mask, rows)) {
    const top = Math.round(view.y + from * view.cell);
    const bottom = view.y + to * view.cell;
    if (bottom <= 0) continue;
    const left = view.x + (mask.row(from).slot + 1) * view.cell;
    context.fillStyle = ink.rule;
    if (top > 0) context.fillRect(left, top, width - left, line);
    const labelTop = Math.max(0, top) + 5 * pixelRatio;
    if (labelTop < labelsEnd) continue;
    labelsEnd = labelTop + fontSize * 1.3;
    context.fillStyle = ink.text;
    context.fillText(stageNames[stage], width - 8 * pixelRatio, labelTop);
  }
}

interface StageRows {
  readonly stage: Stage;
  /** Rows of the stage, `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

function stagesOf(mask: MaskRows, rows: number): StageRows[] {
  const stages: StageRows[] = [];
  for (let row = 0; row < rows; row++) {
    const { stage } = mask.row(row);
    const last = stages.at(-1);
    if (last?.stage === stage) stages[stages.length - 1] = { ...last, to: row + 1 };
    else stages.push({ stage, from: row, to: row + 1 });
  }
  return stages;
}

const stageNames: Record<Stage, string> = {
  prefill: 'prompt',
  outline: 'outline',
  branches: 'branches',
  verification: 'verification',
  conclusion: 'conclusion',
  sequential: 'token by token',
};

function drawCursor(
  context: CanvasRenderingContext2D,
  { view, ink, mask, pixelRatio }: MaskScene,
  { row, column }: CellPlace,
) {
  const { cell, x, y } = view;
  const edge = Math.max(cell, 3 * pixelRatio);
  const line = Math.max(1, Math.round(1.5 * pixelRatio));
  context.strokeStyle = ink.text;
  context.lineWidth = line;
  context.globalAlpha = 0.35;
  context.fillStyle = ink.text;
  context.fillRect(x, y + row * cell, (mask.row(row).slot + 1) * cell, Math.max(1, line / 2));
  context.fillRect(x + column * cell, y, Math.max(1, line / 2), (row + 1) * cell);
  context.globalAlpha = 1;
  context.strokeRect(x + (column + 0.5) * cell - edge / 2, y + (row + 0.5) * cell - edge / 2, edge, edge);
}
