import { blockEnd, parseAnswer } from '@beltline/format';

/** The lines after the last block that are not blank, trimmed; of a plain answer, all lines. */
export function finalLines(answerText: string): string[] {
  const end = answerText.lastIndexOf(blockEnd);
  const conclusion = end < 0 ? answerText : answerText.slice(end + blockEnd.length);
  return conclusion
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Titles and bodies of all steps, trimmed, whatever their block. */
export function stepsOf(answerText: string): { title: string; body: string }[] {
  return parseAnswer(answerText).sections.flatMap((section) =>
    section.type === 'block' ? section.steps.map(({ title, body }) => ({ title, body: body.trim() })) : [],
  );
}
