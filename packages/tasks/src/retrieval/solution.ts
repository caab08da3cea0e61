import { answerLines } from '../answer-lines.ts';
import { noneOfThem, type RetrievalProblem } from '../problem.ts';
import { block, conclusion, interlude, type Section, type SolutionStep, step, text } from '../solution.ts';
import { fill } from '../wording.ts';
import { boundsOf, fieldText } from './draft.ts';
import { type Criterion, formatNumber, meets, type RetrievalQuestion, type Student } from './task.ts';
import { type RetrievalWording, retrievalWording } from './wording.ts';

/** Checks student by student; each body restates what is asked for, since it sees no other body. */
export function solveRetrieval(problem: RetrievalProblem): Section[] {
  const { students, questions } = problem.task;
  const wording = retrievalWording[problem.language];
  const none = noneOfThem[problem.language];
  const finalLines = answerLines(problem);
  const [first, second] = questions as [RetrievalQuestion, RetrievalQuestion?];
  if (first.type === 'look-up') {
    const student = students.find(({ name }) => name === first.name)!;
    const value = fieldText(student, first.field);
    return [
      text(
        [fill(wording.lookUpAnswers[first.field], { name: student.name, value }), ...finalLines].join('\n'),
      ),
    ];
  }
  const found = (index: number, form: 'one' | 'numbered' | 'both') => {
    const name = problem.goldKeys[index]!;
    return fill(name === none ? wording.foundNone[form] : wording.found[form], { name, i: index + 1 });
  };
  const open = (form: 'one' | 'numbered' | 'first', i = 1) => fill(wording.openings[form], { i });
  const check = (criterion: Criterion, of = students) =>
    block(of.map((student) => checkStudent(student, criterion, wording)));

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

function checkStudent(student: Student, criterion: Criterion, wording: RetrievalWording): SolutionStep {
  const line = explain(student, criterion, wording);
  return step(student.name, meets(student, criterion) ? line + wording.meets : line);
}

function explain(student: Student, criterion: Criterion, wording: RetrievalWording): string {
  const answer = meets(student, criterion) ? 'yes' : 'no';
  switch (criterion.type) {
    case 'university': {
      const values = { value: student.university, asked: criterion.value, verdict: wording.same[answer] };
      return fill(wording.bodies.university, values);
    }
    case 'interest': {
      const value = student.interests.join(wording.listSeparator);
      return fill(wording.bodies.interest, { value, asked: criterion.value, verdict: wording.among[answer] });
    }
    default: {
      const { field } = criterion;
      const value = formatNumber(field, student[field]);
      const verdict = wording.verdicts[verdictOn(student[field], criterion)];
      const pattern = wording.bodies[criterion.type === 'between' ? 'between' : 'limit'];
      return fill(pattern, { field: wording.fields[field], value, verdict, ...boundsOf(criterion) });
    }
  }
}

function verdictOn(
  value: number,
  criterion: Exclude<Criterion, { value: string }>,
): 'inside' | 'above' | 'below' {
  if (criterion.type !== 'between') return value > criterion.limit ? 'above' : 'below';
  if (value > criterion.high) return 'above';
  return value < criterion.low ? 'below' : 'inside';
}
