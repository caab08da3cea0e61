import {
  type Draft,
  type DraftOptions,
  noneOfThem,
  type ProblemKind,
  type RetrievalProblem,
} from '../problem.ts';
import type { Random } from '../random.ts';
import { fill, pickWording } from '../wording.ts';
import { type CriterionChoice, createStudents, type StudentBody } from './students.ts';
import { type Criterion, formatNumber, meets, type RetrievalQuestion, type RetrievalTask } from './task.ts';
import { type CriterionName, type RetrievalWording, retrievalWording } from './wording.ts';
import { writeResumes } from './write-resumes.ts';

/** Numbers are asked for more often: comparing is the harder part. */
const choices: readonly CriterionChoice[] = ['gpa', 'gpa', 'gpa', 'age', 'age', 'university', 'interest'];

/** Writes resumes and one or two questions that exactly one student meets, or none where the kind is a refusal. */
export function createRetrievalDraft(options: DraftOptions, random: Random): Draft<RetrievalProblem> {
  const wording = retrievalWording[options.language];
  const body = createStudents(options, random);
  const questions = drawQuestions(options.kind, body, random);
  const task: RetrievalTask = { students: body.students, questions };
  const items = writeResumes(task, body.names, options, random);
  const { labels, format } = answerFormatOf(options, wording, random);
  const introduction = fill(pickWording(wording.introductions, options.split, random), { n: options.count });
  const separator = random.pick(['\n', '\n', '\n\n']);
  const asked = writeQuestions(questions, options, wording, random);
  return {
    prompt: `${introduction}\n\n${items.join(separator)}\n\n${asked}${questions.length > 1 ? '\n' : wording.space}${format}`,
    items,
    labels,
    goldKeys: questions.map((question) => goldOf(question, task) ?? noneOfThem[options.language]),
    task,
  };
}

/** Draws questions and changes the students so that the answers are what the kind says. */
function drawQuestions(kind: ProblemKind, body: StudentBody, random: Random): RetrievalQuestion[] {
  const { students, drawCriterion, enforce } = body;
  const others = <T>(all: readonly T[], some: readonly T[]) => all.filter((one) => !some.includes(one));
  switch (kind) {
    case 'direct': {
      const { name } = random.pick(students);
      return [{ type: 'look-up', name, field: random.pick(['age', 'gpa', 'university'] as const) }];
    }
    case 'two-rounds': {
      const [first, second] = differentChoices(random).map(drawCriterion) as [Criterion, Criterion];
      const left = random.sample(students, random.integer(2, Math.min(5, students.length - 1)));
      enforce(first, left, others(students, left));
      enforce(second, left.slice(0, 1), left.slice(1));
      return [{ type: 'find', criteria: [first, second] }];
    }
    case 'two-questions':
      return differentChoices(random).map((choice) => {
        const criterion = drawCriterion(choice);
        const matching = [random.pick(students)];
        enforce(criterion, matching, others(students, matching));
        return { type: 'find', criteria: [criterion] };
      });
    default: {
      const criterion = drawCriterion(random.pick(choices));
      const matching = kind === 'refusal' ? [] : [random.pick(students)];
      enforce(criterion, matching, others(students, matching));
      return [{ type: 'find', criteria: [criterion] }];
    }
  }
}

function differentChoices(random: Random): CriterionChoice[] {
  return random.sample<CriterionChoice>(['gpa', 'age', random.pick(['university', 'interest'])], 2);
}

function goldOf(question: RetrievalQuestion, { students }: RetrievalTask): string | undefined {
  if (question.type === 'look-up') {
    return fieldText(students.find(({ name }) => name === question.name)!, question.field);
  }
  return students.find((student) => question.criteria.every((criterion) => meets(student, criterion)))?.name;
}

/** A value as it stands in the resume. */
export function fieldText(
  student: RetrievalTask['students'][number],
  field: 'age' | 'gpa' | 'university',
): string {
  return field === 'university' ? student.university : formatNumber(field, student[field]);
}

function writeQuestions(
  questions: readonly RetrievalQuestion[],
  { split }: DraftOptions,
  wording: RetrievalWording,
  random: Random,
): string {
  const texts = questions.map((question) => {
    if (question.type === 'look-up') {
      return fill(pickWording(wording.lookUps[question.field], split, random), question);
    }
    const [first, second] = question.criteria as [Criterion, Criterion?];
    if (second === undefined) {
      return fill(pickWording(wording.questions[nameOf(first)], split, random), boundsOf(first));
    }
    const phrase = (criterion: Criterion) => fill(wording.phrases[nameOf(criterion)], boundsOf(criterion));
    return fill(pickWording(wording.bothQuestion, split, random), {
      first: phrase(first),
      second: phrase(second),
    });
  });
  if (texts.length === 1) return fill(wording.question, { question: texts[0]! });
  return texts
    .map((question, index) => fill(wording.numberedQuestion, { i: index + 1, question }))
    .join('\n');
}

export function nameOf(criterion: Criterion): CriterionName {
  return 'field' in criterion ? `${criterion.field}-${criterion.type}` : criterion.type;
}

/** The values that a text about a criterion names. */
export function boundsOf(criterion: Criterion): Record<string, string> {
  if (!('field' in criterion)) return { value: criterion.value };
  const { field } = criterion;
  if (criterion.type !== 'between') return { limit: formatNumber(field, criterion.limit) };
  return { low: formatNumber(field, criterion.low), high: formatNumber(field, criterion.high) };
}

function answerFormatOf({ kind, split }: DraftOptions, wording: RetrievalWording, random: Random) {
  if (kind === 'direct') return { labels: [wording.lookUpLabel], format: wording.lookUpFormat };
  // In training half of the answerable questions say it too, and half of the others do not.
  const clause = split === 'evaluation' || random.chance(0.5) ? wording.noneClause + wording.space : '';
  if (kind === 'two-questions') {
    const labels = [1, 2].map((i) => fill(wording.numberedLabel, { i }));
    return { labels, format: clause + wording.answersFormat };
  }
  return { labels: [wording.label], format: clause + pickWording(wording.answerFormat, split, random) };
}
