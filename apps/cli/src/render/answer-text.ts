import type { SectionView, StepView } from './answer-view.ts';
import type { Style } from './style.ts';
import { wrapLines } from './wrap.ts';

/** The answer as people read it: no markers, a blank line between its parts. */
export function formatAnswerText(sections: readonly SectionView[], style: Style): string {
  return listParts(sections)
    .map(({ text, boldUntil }) => style.bold(text.slice(0, boldUntil)) + text.slice(boldUntil))
    .join('\n\n');
}

/**
 * The same as far as nothing can come in between any more: up to the first step that is not done.
 *
 * It only ever grows at its end.
 */
export function formatSettledText(sections: readonly SectionView[], style: Style): string {
  const settled: SectionView[] = [];
  for (const section of sections) {
    if (section.type === 'text') {
      settled.push(section);
      continue;
    }
    const open = section.steps.findIndex(({ state }) => state !== 'done');
    if (open < 0) {
      settled.push(section);
      continue;
    }
    const end = section.steps[open]!.state === 'waiting' ? open : open + 1;
    settled.push({ type: 'block', steps: section.steps.slice(0, end) });
    break;
  }
  return formatAnswerText(settled, style);
}

/** The same as `formatAnswerText`, as lines of at most `width` columns; steps of one line each stand close together. */
export function wrapAnswer(sections: readonly SectionView[], width: number, style: Style): string[] {
  const wrapped = sections.map((section) => {
    const parts = listParts([section]).map((part) => wrapPart(part, width, style));
    const isList = section.type === 'block' && parts.every((lines) => lines.length === 1);
    return isList ? parts.flat() : separate(parts);
  });
  return separate(wrapped);
}

function wrapPart({ text, boldUntil }: Part, width: number, style: Style): string[] {
  return wrapLines(text, width).map(({ start, end }) => {
    const middle = Math.min(end, Math.max(start, boldUntil));
    return style.bold(text.slice(start, middle)) + text.slice(middle, end);
  });
}

/** Puts a blank line between parts that have lines. */
function separate(parts: readonly (readonly string[])[]): string[] {
  const filled = parts.filter((lines) => lines.length > 0);
  return filled.flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
}

/** What a terminal may be given of a model's text: no control characters, so that it can only be read. */
export function cleanText(text: string): string {
  return text.replaceAll('\t', '  ').replaceAll(/[^\P{Cc}\n]/gu, '');
}

interface Part {
  readonly text: string;
  /** The part's title ends here, in UTF-16 units. */
  readonly boldUntil: number;
}

function listParts(sections: readonly SectionView[]): Part[] {
  const parts = sections.flatMap((section) =>
    section.type === 'text'
      ? [{ text: cleanText(section.text).trim(), boldUntil: 0 }]
      : section.steps.map(toPart),
  );
  return parts.filter(({ text }) => text !== '');
}

function toPart({ title, text }: StepView): Part {
  const head = `${cleanText(title)}:`;
  const body = cleanText(text).trim();
  return { text: body === '' ? head : `${head} ${body}`, boldUntil: head.length };
}
