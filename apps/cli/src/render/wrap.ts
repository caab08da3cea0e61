import stringWidth from 'string-width';

/** A line of a wrapped text: UTF-16 units `[start, end)` of it. */
export interface WrappedLine {
  readonly start: number;
  readonly end: number;
}

const graphemes = new Intl.Segmenter();

const unspaced = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}';
/** Spaces, a word, or one character of a script without spaces with the punctuation after it. */
const pieces = new RegExp(`\\s+|[${unspaced}][\\p{Pe}\\p{Pf}\\p{Po}]*|[^\\s${unspaced}]+`, 'gu');

/** Breaks text into lines of at most `width` columns, between words where that is possible. */
export function wrapLines(text: string, width: number): WrappedLine[] {
  const lines: WrappedLine[] = [];
  let offset = 0;
  for (const paragraph of text.split('\n')) {
    for (const { start, end } of wrapParagraph(paragraph, Math.max(2, width))) {
      lines.push({ start: offset + start, end: offset + end });
    }
    offset += paragraph.length + 1;
  }
  return lines;
}

/** The same, as texts. */
export function wrapText(text: string, width: number): string[] {
  return wrapLines(text, width).map(({ start, end }) => text.slice(start, end));
}

/** The last lines of a wrapped text, at most `count`; what stands far before them is not looked at. */
export function wrapTail(text: string, width: number, count: number): string[] {
  if (count <= 0) return [];
  const paragraphs = text.split('\n');
  const lines: string[] = [];
  while (paragraphs.length > 0 && lines.length < count) lines.unshift(...wrapText(paragraphs.pop()!, width));
  return lines.slice(-count);
}

function wrapParagraph(paragraph: string, width: number): WrappedLine[] {
  const lines: WrappedLine[] = [];
  let start = 0;
  let end = 0;
  let used = 0;
  for (const { 0: piece, index } of paragraph.matchAll(pieces)) {
    const columns = widthOf(piece);
    const isSpace = piece.trim() === '';
    if (!isSpace && used + columns > width) {
      if (end > start) lines.push({ start, end });
      start = index;
      used = 0;
      // A piece wider than a line is broken anywhere.
      for (const { segment, index: at } of columns > width ? graphemes.segment(piece) : []) {
        used += stringWidth(segment);
        if (used <= width) continue;
        lines.push({ start, end: index + at });
        start = index + at;
        used = stringWidth(segment);
      }
      if (columns <= width) used = columns;
    } else {
      used += columns;
    }
    // Spaces at the end of a line hang over its edge.
    if (!isSpace) end = index + piece.length;
  }
  if (end > start || lines.length === 0) lines.push({ start, end });
  return lines;
}

/** Widths of what comes again and again: measuring a character of another script takes microseconds. */
const knownWidths = new Map<string, number>();

function widthOf(piece: string): number {
  if (piece.length > 2) return stringWidth(piece);
  let width = knownWidths.get(piece);
  if (width === undefined) {
    width = stringWidth(piece);
    knownWidths.set(piece, width);
  }
  return width;
}
