import { type EvaluationMode, modeLabels, withoutDrafts } from '../evaluation-mode.ts';
import { type Child, element, type Markup } from './markup.ts';

/** The classes that a mode's drawings have: those with drafts are hollow, in the colour of those without. */
export function modeClass(mode: EvaluationMode): string {
  const base = withoutDrafts(mode);
  return base === mode ? base : `${base} drafts`;
}

/** A mode's mark: colour and shape differ, for those who cannot tell the colours apart. */
export function modeMark(mode: EvaluationMode, x: number, y: number, size: number, title?: string): Markup {
  const tip = title === undefined ? undefined : element('title', {}, title);
  const common = { class: `mark ${modeClass(mode)}` };
  const shape = withoutDrafts(mode);
  switch (shape) {
    case 'sequential':
      return element('circle', { ...common, cx: x, cy: y, r: size }, tip);
    case 'recompute': {
      const side = size * 1.8;
      return element(
        'rect',
        { ...common, x: x - side / 2, y: y - side / 2, width: side, height: side, rx: 1 },
        tip,
      );
    }
    case 'reuse': {
      const reach = size * 1.35;
      const corners = [`${x},${y - reach}`, `${x + reach},${y}`, `${x},${y + reach}`, `${x - reach},${y}`];
      return element('polygon', { ...common, points: corners.join(' ') }, tip);
    }
    case 'paper': {
      const reach = size * 1.2;
      const corners = [`${x},${y - reach}`, `${x + reach},${y + reach}`, `${x - reach},${y + reach}`];
      return element('polygon', { ...common, points: corners.join(' ') }, tip);
    }
    default:
      return shape satisfies never;
  }
}

/** Which mark is which mode. */
export function modeLegend(modes: readonly EvaluationMode[]): Markup {
  return legend(modes.map((mode) => [modeMark(mode, 7, 7, 4.5), modeLabels[mode]]));
}

/** Which colour is what, each by the class that has it. */
export function colorLegend(entries: readonly (readonly [className: string, label: string])[]): Markup {
  return legend(
    entries.map(([className, label]) => [
      element('rect', { class: className, x: 1, y: 1, width: 12, height: 12, rx: 2 }),
      label,
    ]),
  );
}

function legend(entries: readonly (readonly [Child, string])[]): Markup {
  const items = entries.map(([sign, label]) =>
    element('li', {}, element('svg', { viewBox: '0 0 14 14', 'aria-hidden': 'true' }, sign), label),
  );
  return element('ul', { class: 'legend' }, items);
}

/** Text in a plot; `anchor` says which part of it lies at `x`. */
export function label(
  x: number,
  y: number,
  text: string,
  { anchor = 'start', className }: { anchor?: 'start' | 'middle' | 'end'; className?: string } = {},
): Markup {
  return element('text', { x, y, 'text-anchor': anchor, class: className }, text);
}

/** A straight line. */
export function line(className: string, x1: number, y1: number, x2: number, y2: number): Markup {
  return element('line', { class: className, x1, y1, x2, y2 });
}
