import type { AnswerRecord } from '../answer-record.ts';
import { type EvaluationMode, modeLabels } from '../evaluation-mode.ts';
import { completeProblems } from '../summarize.ts';
import { table } from './figure.ts';
import { modeClass } from './marks.ts';
import { type Child, element, type Markup } from './markup.ts';

const mostShown = 24;
/** Of an answer that does not end, the rest says nothing new. */
const mostCharacters = 6000;

/** Outlines that failed, by reason; undefined if none did. */
export function failedOutlines(
  records: readonly AnswerRecord[],
  modes: readonly EvaluationMode[],
): Markup | undefined {
  const failed = completeProblems(records, modes).flatMap((answers) =>
    answers.filter(({ fallback }) => fallback !== undefined),
  );
  if (failed.length === 0) return undefined;
  const keys = [...new Set(failed.map(({ task, mode, fallback }) => JSON.stringify([task, mode, fallback])))];
  const rows = keys.map((key) => {
    const [task, mode, fallback] = JSON.parse(key) as [string, EvaluationMode, string];
    const members = failed.filter(
      (answer) => answer.task === task && answer.mode === mode && answer.fallback === fallback,
    );
    const right = members.filter(({ correct }) => correct).length;
    return [task, modeLabels[mode], fallback.replaceAll('-', ' '), members.length, right];
  });
  return table(
    'Outlines that could not be used; the answer then went on token by token',
    ['task', 'mode', 'reason', 'answers', 'right all the same'],
    rows,
  );
}

/** The problems worth reading: those that one mode got right and another did not, then those without an outline. */
export function notableAnswers(records: readonly AnswerRecord[], modes: readonly EvaluationMode[]): Child {
  const problems = completeProblems(records, modes);
  const differs = (answers: readonly AnswerRecord[]) =>
    new Set(answers.map(({ correct }) => correct)).size > 1;
  const failed = (answers: readonly AnswerRecord[]) => answers.some(({ fallback }) => fallback);
  const notable = [
    ...problems.filter(differs),
    ...problems.filter((answers) => !differs(answers) && failed(answers)),
  ];
  if (notable.length === 0)
    return element('p', {}, 'All modes are right on the same problems, and no outline failed.');
  const rest = notable.length - mostShown;
  return [
    notable.slice(0, mostShown).map(describeProblem),
    rest > 0 ? element('p', {}, `${rest} more are in the results file.`) : undefined,
  ];
}

function describeProblem(answers: readonly AnswerRecord[]): Markup {
  const { problem, expected } = answers[0]!;
  const marks = answers
    .map(({ mode, correct }) => `${modeLabels[mode]} ${correct ? 'right' : 'wrong'}`)
    .join(', ');
  return element(
    'details',
    { class: 'problem' },
    element('summary', {}, element('b', {}, problem), ` ${marks}`),
    element('p', {}, 'Expected: ', element('b', {}, expected)),
    element('div', { class: 'answers' }, answers.map(describeAnswer)),
  );
}

function describeAnswer({
  mode,
  correct,
  found,
  fallback,
  failure,
  finishReason,
  text,
}: AnswerRecord): Markup {
  const notes = [
    correct ? 'right' : found === undefined ? 'wrong: no answer line' : `wrong: ${found}`,
    fallback && `outline failed: ${fallback.replaceAll('-', ' ')}`,
    failure && `refused: ${failure}`,
    finishReason === 'length' && !failure && 'cut off by a limit',
  ].filter(Boolean);
  const shown = text.length > mostCharacters ? `${text.slice(0, mostCharacters)} …` : text;
  return element(
    'section',
    { class: modeClass(mode) },
    element('h4', {}, modeLabels[mode]),
    element('p', {}, notes.join('; ')),
    shown === '' ? undefined : element('pre', {}, shown),
  );
}
