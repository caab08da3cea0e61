import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { createMaskPainter, type MaskPainter } from '../mask-painter.ts';
import {
  type CanvasSize,
  type CellPlace,
  cellAt,
  fitPicture,
  type Origin,
  type PictureView,
  revealCell,
  roomFor,
  zoomPicture,
} from '../mask-picture.ts';
import { palettes } from '../palette.ts';
import type { Playground } from '../playground.ts';
import type { ShownRun } from '../race-store.ts';
import { CellReadout } from './cell-readout.tsx';

interface Pixels extends CanvasSize {
  readonly ratio: number;
}

interface Props {
  readonly playground: Playground;
  /** Whether the prompt's rows and columns are in sight. */
  readonly whole: boolean;
  readonly dark: boolean;
}

/** The picture itself: point at it or move a cursor with the arrow keys; zoom with + and -, fit with 0. */
export function MaskCanvas({ playground, whole, dark }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<MaskPainter | null>(null);
  const pixels = useSignal<Pixels>({ width: 1, height: 1, ratio: 1 });
  const cursor = useSignal<CellPlace | undefined>(undefined);
  /** Undefined while the picture is fitted. */
  const zoomed = useSignal<PictureView | undefined>(undefined);
  const shown = playground.race.shown[playground.pictured.value].value;
  const view = zoomed.value ?? (shown && fittedView(shown, whole, pixels.value));

  useLayoutEffect(() => followSize(canvas.current!, pixels), [pixels]);
  // Another picture is fitted anew.
  useEffect(() => {
    zoomed.value = undefined;
    cursor.value = undefined;
  }, [whole, playground.pictured.value, shown?.run]);
  useLayoutEffect(() => {
    const element = canvas.current!;
    painter.current ??= createMaskPainter(element);
    if (!shown || !view) return;
    const { color, borderTopColor } = getComputedStyle(element);
    painter.current.draw({
      mask: shown.run.mask,
      rows: shown.state.rows,
      view,
      palette: dark ? palettes.dark : palettes.light,
      ink: { text: color, rule: borderTopColor },
      pixelRatio: pixels.value.ratio,
      cursor: cursor.value && cursor.value.row < shown.state.rows ? cursor.value : undefined,
    });
  });

  const zoom = (factor: number, x = pixels.value.width / 2, y = pixels.value.height / 2) => {
    if (!view) return;
    const cell = Math.min(Math.max(view.cell * factor, 0.1), 48 * pixels.value.ratio);
    zoomed.value = zoomPicture(view, cell >= 2 ? Math.round(cell) : cell, x, y);
  };
  const point = (event: PointerEvent) => {
    if (!view || !shown) return;
    const { ratio } = pixels.value;
    if (event.buttons === 1 && zoomed.value) {
      zoomed.value = { ...view, x: view.x + event.movementX * ratio, y: view.y + event.movementY * ratio };
      return;
    }
    const place = cellAt(view, event.offsetX * ratio, event.offsetY * ratio);
    cursor.value = isInside(place, shown) ? place : undefined;
  };
  const press = (event: KeyboardEvent) => {
    if (!shown || !view || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '+' || event.key === '=') zoom(1.5);
    else if (event.key === '-') zoom(1 / 1.5);
    else if (event.key === '0') zoomed.value = undefined;
    else if (event.key === 'Escape') cursor.value = undefined;
    else {
      const next = moveCursor(cursor.value, event, shown);
      if (!next) return;
      cursor.value = next;
      if (zoomed.value) zoomed.value = revealCell(zoomed.value, next, pixels.value);
    }
    event.preventDefault();
  };

  return (
    <>
      <div class="mask-frame">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the arrow keys must come through screen readers */}
        <canvas
          ref={canvas}
          class={zoomed.value && 'zoomed'}
          tabIndex={0}
          role="application"
          aria-roledescription="picture"
          aria-label={describePicture(shown)}
          aria-describedby="mask-help"
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={({ pointerType, currentTarget }) => {
            // Fingers leave as soon as they are lifted, and with the focus the cursor is the keyboard's.
            if (pointerType !== 'mouse' || currentTarget === document.activeElement) return;
            cursor.value = undefined;
          }}
          onKeyDown={press}
          onWheel={(event) => {
            if (!event.ctrlKey && !zoomed.value) return;
            event.preventDefault();
            const { ratio } = pixels.value;
            zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX * ratio, event.offsetY * ratio);
          }}
        />
        <fieldset class="zoom" aria-label="Zoom">
          <button type="button" class="round" aria-label="Zoom in" onClick={() => zoom(1.5)}>
            +
          </button>
          <button type="button" class="round" aria-label="Zoom out" onClick={() => zoom(1 / 1.5)}>
            −
          </button>
          <button
            type="button"
            class="round"
            aria-label="Fit"
            disabled={!zoomed.value}
            onClick={() => {
              zoomed.value = undefined;
            }}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M2 2h5v2H4v3H2zM14 14H9v-2h3V9h2z" />
            </svg>
          </button>
        </fieldset>
      </div>
      <CellReadout source={playground.model} shown={shown} cursor={cursor.value} />
      <p id="mask-help" class="help">
        A row is a token that was computed, a column a slot of the cache; a coloured cell means that the row’s
        token sees the token in that slot. Each branch has a colour, the trunk is grey. Point at a cell, or
        move with the arrow keys; + and − zoom.
      </p>
    </>
  );
}

function followSize(canvas: HTMLCanvasElement, pixels: Signal<Pixels>): () => void {
  const observer = new ResizeObserver(() => {
    const ratio = devicePixelRatio;
    const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    [canvas.width, canvas.height] = [width, height];
    pixels.value = { width, height, ratio };
  });
  observer.observe(canvas);
  return () => observer.disconnect();
}

/** Finished runs keep their size while one goes through them; growing ones get some room in advance. */
function fittedView({ run }: ShownRun, whole: boolean, canvas: CanvasSize): PictureView {
  const { mask } = run;
  const start = whole ? 0 : mask.promptLength;
  const origin: Origin = { row: start, column: start };
  const finished = run.states.at(-1)!.result !== undefined;
  const size = finished
    ? { rows: mask.length, columns: mask.columns }
    : { rows: start + roomFor(mask.length - start), columns: start + roomFor(mask.columns - start) };
  return fitPicture(size, origin, canvas);
}

function isInside({ row, column }: CellPlace, { run, state }: ShownRun): boolean {
  return row >= 0 && row < state.rows && column >= 0 && column <= run.mask.row(row).slot;
}

const directions: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function moveCursor(
  cursor: CellPlace | undefined,
  { key, shiftKey }: KeyboardEvent,
  { run, state }: ShownRun,
): CellPlace | undefined {
  const direction = directions[key];
  if (!direction || state.rows === 0) return undefined;
  const last = state.rows - 1;
  if (!cursor) return { row: last, column: run.mask.row(last).slot };
  const size = shiftKey ? 10 : 1;
  const row = Math.min(Math.max(cursor.row + direction[0] * size, 0), last);
  const column = Math.min(Math.max(cursor.column + direction[1] * size, 0), run.mask.row(row).slot);
  return { row, column };
}

function describePicture(shown: ShownRun | undefined): string {
  if (!shown) return 'Attention mask, empty so far';
  const { mask, mode } = shown.run;
  return `Attention mask of the ${mode} run: ${mask.length} rows, ${mask.columns} columns`;
}
