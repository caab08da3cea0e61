import type { Problem } from './problem.ts';

/** The lines that a right answer ends with, such as `name: Ann Lee`. */
export function answerLines({ goldKeys, labels, language }: Problem): string[] {
  const colon = language === 'zh' ? '：' : ': ';
  return labels.map((label, index) => label + colon + goldKeys[index]!);
}
