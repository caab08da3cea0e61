const stepMarker = '####';
const blockEnd = '####%%%%';

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
  const blocks = answerText.split(blockEnd);
  const steps = blocks.flatMap((block) => block.split(stepMarker).slice(1));
  return steps.map((step) => {
    const [title = '', ...body] = step.split(':');
    return { title: title.trim(), body: body.join(':').trim() };
  });
}
