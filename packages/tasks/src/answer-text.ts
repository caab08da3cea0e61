/** Why an answer is right or wrong. */
export type ScoreReason =
  | 'right'
  /** Documents: no line begins with `Answer:`. */
  | 'no-answer-line'
  | 'wrong-answer'
  /** Planning: an aspect has no step, two steps, a step without text; or a step is about something else. */
  | 'missing-step'
  | 'repeated-step'
  | 'empty-step'
  | 'unexpected-step'
  /** Planning: the last line is not the gold line. */
  | 'wrong-conclusion';

export interface Score {
  readonly correct: boolean;
  /** The gold answer or line. */
  readonly expected: string;
  /** What stands in its place, or undefined if nothing does. */
  readonly found: string | undefined;
  readonly reason: ScoreReason;
}

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
