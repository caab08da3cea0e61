import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** Cuts the end of a line so that it fits into `width` columns. */
export function fitStart(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  if (width <= 0) return '';
  let fitted = '';
  let room = width - 1;
  for (const { segment } of graphemes.segment(text)) {
    room -= stringWidth(segment);
    if (room < 0) break;
    fitted += segment;
  }
  return `${fitted.trimEnd()}…`;
}

/** Cuts the start of a line so that its end fits into `width` columns. */
export function fitEnd(text: string, width: number): string {
  if (width <= 0) return '';
  // Even emoji families take fewer than 8 units a column: what stands before cannot be seen.
  const end = text.slice(-8 * width);
  if (end.length === text.length && stringWidth(text) <= width) return text;
  const parts = Array.from(graphemes.segment(end), ({ segment }) => segment);
  let start = parts.length;
  let room = width - 1;
  while (start > 0 && stringWidth(parts[start - 1]!) <= room) {
    start -= 1;
    room -= stringWidth(parts[start]!);
  }
  return `…${parts.slice(start).join('').trimStart()}`;
}

/** Fills a line with spaces up to `width` columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Fills a line with spaces in front up to `width` columns. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text;
}
