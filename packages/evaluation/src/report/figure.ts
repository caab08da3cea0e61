import { type Child, element, type Markup } from './markup.ts';

/** Width of a plot in pixels, beside what else depends on the room there is. */
export type PlotSize = { readonly width: number; readonly isNarrow: boolean };

export interface FigureOptions {
  readonly title: string;
  /** One or two sentences on how to read it. */
  readonly caption: string;
  readonly legend?: Markup;
  /** Draws the plot; the page shows the one that fits the screen, so that text stays readable on a phone. */
  readonly plot: (size: PlotSize) => Plot;
  /** The same as numbers. */
  readonly table: Markup;
}

/** What is drawn, in a box of the plot's width and this height. */
export interface Plot {
  readonly height: number;
  readonly content: Child;
}

const sizes: readonly PlotSize[] = [
  { width: 760, isNarrow: false },
  { width: 340, isNarrow: true },
];

/** A plot with its title, how to read it, and its table. */
export function figure({ title, caption, legend, plot, table }: FigureOptions): Markup {
  return element(
    'figure',
    {},
    element('figcaption', {}, element('h3', {}, title), element('p', {}, caption)),
    legend,
    sizes.map((size) => drawSvg(title, size, plot(size))),
    element('details', {}, element('summary', {}, 'The numbers'), table),
  );
}

function drawSvg(title: string, { width, isNarrow }: PlotSize, { height, content }: Plot): Markup {
  return element(
    'svg',
    {
      class: isNarrow ? 'narrow' : 'wide',
      viewBox: `0 0 ${width} ${Math.ceil(height)}`,
      role: 'img',
      'aria-label': `${title}; the numbers follow as a table`,
    },
    content,
  );
}

/** A table with a head; the first cell of each row names it. It scrolls sideways where there is no room. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Child[])[]): Markup {
  const body = rows.map(([first, ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, first),
      cells.map((cell) => element('td', { class: isLong(cell) ? 'text' : undefined }, cell)),
    ),
  );
  return element(
    'section',
    { class: 'scroll', tabindex: 0, 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          head.map((name) => element('th', { scope: 'col' }, name)),
        ),
      ),
      element('tbody', {}, body),
    ),
  );
}

/** What may be broken into lines; figures never are. */
function isLong(cell: Child): boolean {
  return typeof cell === 'string' && cell.length > 30;
}
