import { answerLines } from '../answer-lines.ts';
import { noneOfThem, type RetrievalProblem } from '../problem.ts';
import { block, conclusion, interlude, type Section, type SolutionStep, step, text } from '../solution.ts';
import { fill } from '../wording.ts';
import type { Roster } from './roster.ts';
import { type Criterion, formatNumber, meets, type RetrievalQuestion, type Student } from './task.ts';
import { type RetrievalWording, retrievalWording } from './wording.ts';
import { boundsOf, fieldText } from './write-questions.ts';

/** Checks student by student; each body restates what is asked for, since it sees no other body. */
export function solveRetrieval(problem: RetrievalProblem): Section[] {
  const { students, questions, roster } = problem.task;
  const wording = retrievalWording[problem.language];
  const none = noneOfThem[problem.language];
  const finalLines = answerLines(problem);
  const [first, second] = questions as [RetrievalQuestion, RetrievalQuestion?];
  if (first.type === 'look-up') {
    const student = students.find(({ name }) => name === first.name)!;
    const [state] = first.field === 'affiliation' ? roster.affiliation.states : first.field.states;
    const told = fill(state!, { v: fieldText(student, first.field) });
    return [
      text([fill(wording.lookUpAnswer, { name: student.name, state: told }), ...finalLines].join('\n')),
    ];
  }
  const found = (index: number, form: 'one' | 'numbered' | 'both') => {
    const name = problem.goldKeys[index]!;
    return fill(name === none ? wording.foundNone[form] : wording.found[form], { name, i: index + 1 });
  };
  const open = (form: 'one' | 'numbered' | 'first', i = 1) => fill(wording.openings[form], { i });
  const check = (criterion: Criterion, of = students) =>
    block(of.map((student) => checkStudent(student, criterion, roster, wording)));

  if (second?.type === 'find') {
    return [
      text(`${open('numbered')}\n\n`),
      check(first.criteria[0]!),
      interlude(found(0, 'numbered'), open('numbered', 2)),
      check(second.criteria[0]!),
      conclusion(found(1, 'numbered'), ...finalLines),
    ];
  }
  const [criterion, next] = first.criteria as [Criterion, Criterion?];
  if (next === undefined) {
    return [text(`${open('one')}\n\n`), check(criterion), conclusion(found(0, 'one'), ...finalLines)];
  }
  const left = students.filter((student) => meets(student, criterion));
  return [
    text(`${open('first')}\n\n`),
    check(criterion),
    text(`\n${fill(wording.nextRound, { names: enumerate(left, wording) })}\n\n`),
    check(next, left),
    conclusion(found(0, 'both'), ...finalLines),
  ];
}

function enumerate(students: readonly Student[], { listSeparator, lastSeparator }: RetrievalWording): string {
  const names = students.map(({ name }) => name);
  return names.slice(0, -1).join(listSeparator) + lastSeparator + names.at(-1);
}

function checkStudent(
  student: Student,
  criterion: Criterion,
  roster: Roster,
  wording: RetrievalWording,
): SolutionStep {
  const line = explain(student, criterion, roster, wording);
  // The conclusion repeats this sentence, which is easier to find than the one title of many.
  const finding = meets(student, criterion) ? fill(wording.meets, { name: student.name }) : '';
  return step(student.name, line + finding);
}

function explain(student: Student, criterion: Criterion, roster: Roster, wording: RetrievalWording): string {
  const answer = meets(student, criterion) ? 'yes' : 'no';
  const { bodies, same, among, relations, verdicts } = wording;
  switch (criterion.type) {
    case 'affiliation': {
      const values = { field: roster.affiliation.label, value: student.affiliation, asked: criterion.value };
      return fill(bodies.exactly, { ...values, verdict: same[answer] });
    }
    case 'interest': {
      const value = student.interests.join(wording.listSeparator);
      return fill(bodies.interest, { value, asked: criterion.value, verdict: among[answer] });
    }
    default: {
      const number = student.numbers[criterion.field.key]!;
      const values = { field: criterion.field.label, value: formatNumber(criterion.field, number) };
      const bounds = boundsOf(criterion);
      if (criterion.type === 'exactly') {
        return fill(bodies.exactly, { ...values, asked: bounds.limit!, verdict: same[answer] });
      }
      const pattern = bodies[criterion.type === 'between' ? 'between' : 'limit'];
      const relation = criterion.type === 'between' ? {} : { relation: relations[criterion.type] };
      return fill(pattern, {
        ...values,
        ...bounds,
        ...relation,
        verdict: verdicts[verdictOn(number, criterion)],
      });
    }
  }
}

function verdictOn(
  value: number,
  criterion: Exclude<Criterion, { value: string } | { type: 'exactly' }>,
): 'inside' | 'above' | 'below' {
  if (criterion.type !== 'between') return value > criterion.limit ? 'above' : 'below';
  if (value > criterion.high) return 'above';
  return value < criterion.low ? 'below' : 'inside';
}
