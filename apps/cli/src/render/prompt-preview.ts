import { cleanText } from './answer-text.ts';
import { wrapText } from './wrap.ts';

/** The prompt in a few lines, without blank ones: its beginning, and its end, where the question usually stands. */
export function previewPrompt(prompt: string, width: number, rows: number): string[] {
  const lines = wrapText(cleanText(prompt), width).filter((line) => line.trim() !== '');
  if (lines.length <= rows) return lines;
  const end = Math.floor((rows - 1) / 2);
  const begin = rows - 1 - end;
  return [
    ...lines.slice(0, begin),
    `… ${lines.length - begin - end} more lines`,
    ...lines.slice(lines.length - end),
  ];
}
