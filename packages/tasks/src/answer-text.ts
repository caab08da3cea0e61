import { type AnswerSection, blockEnd, parseAnswer } from '@beltline/format';

/** The lines after the last block that are not blank, trimmed; of a plain answer, all lines. */
export function finalLines(answerText: string): string[] {
  const end = answerText.lastIndexOf(blockEnd);
  const conclusion = end < 0 ? answerText : answerText.slice(end + blockEnd.length);
  return conclusion
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Titles and bodies of all steps, trimmed, whatever their block; the steps inside of a step follow it. */
export function stepsOf(answerText: string): { title: string; body: string }[] {
  return listSteps(parseAnswer(answerText, { maxDepth: 2 }).sections);
}

function listSteps(sections: readonly AnswerSection[]): { title: string; body: string }[] {
  const steps = sections.flatMap((section) => (section.type === 'block' ? section.steps : []));
  return steps.flatMap(({ title, body, sections: inside = [] }) => {
    const own = inside.map((section) => (section.type === 'text' ? section.text : '')).join('');
    return [{ title, body: (inside.length > 0 ? own : body).trim() }, ...listSteps(inside)];
  });
}
