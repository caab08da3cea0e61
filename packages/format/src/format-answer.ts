import type { AnswerDocument, AnswerStep } from './answer.ts';
import { blockEnd, markers } from './markers.ts';
import { titleProblem } from './title.ts';

/**
 * Writes an answer out with the markers of depth 1, where it is the inverse of `parseAnswer`; nothing is added to
 * the texts and bodies given. Nested blocks are written as they stand in the bodies, not from a step's `sections`.
 *
 * @throws RangeError if a raw title cannot be read back (see `titleProblem`).
 *
 * @example
 * ```ts
 * const steps = [{ title: 'cost', rawTitle: 'cost', body: ' low.\n\n' }];
 * formatAnswer({ sections: [{ type: 'block', steps, closed: true }] }); // '####cost: low.\n\n####%%%%'
 * ```
 */
export function formatAnswer(document: Pick<AnswerDocument, 'sections'>): string {
  const parts = document.sections.map((section) => {
    if (section.type === 'text') return section.text;
    return section.steps.map(formatStep).join('') + (section.closed ? blockEnd : '');
  });
  return parts.join('');
}

function formatStep({ rawTitle, body }: AnswerStep): string {
  const problem = titleProblem(rawTitle);
  if (problem !== undefined) {
    throw new RangeError(
      `expected a title of one line without markers, got ${JSON.stringify(rawTitle)} (${problem})`,
    );
  }
  return `${markers.step}${rawTitle}${markers.titleEnd}${body}`;
}
