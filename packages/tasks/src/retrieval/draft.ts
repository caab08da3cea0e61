import { arrange, drawAnswerForm } from '../asking.ts';
import { type Draft, type DraftOptions, noneOfThem, type RetrievalProblem } from '../problem.ts';
import type { Random } from '../random.ts';
import type { Split } from '../split.ts';
import { fill, pickWording } from '../wording.ts';
import { drawRoster, isStudents, type Measure, type Roster } from './roster.ts';
import { type CriterionChoice, createStudents, type StudentBody } from './students.ts';
import { type Criterion, meets, type RetrievalQuestion, type RetrievalTask } from './task.ts';
import { retrievalWording } from './wording.ts';
import { fieldText, writeQuestions } from './write-questions.ts';
import { writeResumes } from './write-resumes.ts';

/** Writes resumes and one or two questions that exactly one student meets, or none where the kind is a refusal. */
export function createRetrievalDraft(options: DraftOptions, random: Random): Draft<RetrievalProblem> {
  const { language, split, kind, count } = options;
  const wording = retrievalWording[language];
  const roster = drawRoster(language, split, random);
  const body = createStudents(roster, options, random);
  const questions = drawQuestions(options, roster, body, random);
  const task: RetrievalTask = { roster, students: body.students, questions };
  const { heading, items } = writeResumes(task, body.names, options, random);
  const { noun, nouns } = roster;
  const values = { noun, nouns, Noun: noun[0]!.toUpperCase() + noun.slice(1) };
  const asking = kind === 'direct' ? wording.askingOne : wording.asking;
  const form = drawAnswerForm(kind === 'two-questions' ? 2 : 1, options, asking, random, values);
  const introductions = isStudents(roster) ? wording.introductions : wording.otherIntroductions;
  const introduction = fill(pickWording(introductions, split, random), { ...values, n: count });
  const separator = heading === '' ? random.pick(['\n', '\n', '\n\n']) : '\n';
  const asked = form.ask(writeQuestions(task, options, random));
  return {
    prompt: arrange(`${introduction}\n\n`, heading + items.join(separator), asked, split, random),
    items,
    labels: form.labels,
    goldKeys: questions.map((question) => goldOf(question, task) ?? noneOfThem[language]),
    task,
  };
}

/** Numbers are asked for more often: comparing is the harder part. Training has more of the interests, which only people have. */
function choicesOf({ measures, names }: Roster, split: Split): CriterionChoice[] {
  const [first, second] = measures as [Measure, Measure];
  const last = names === 'person' ? 'interest' : second;
  const more: CriterionChoice[] = split === 'training' && names === 'person' ? ['interest', 'interest'] : [];
  return [second, second, second, first, first, 'affiliation', last, ...more];
}

/** Draws questions and changes the students so that the answers are what the kind says. */
function drawQuestions(
  { kind, split }: DraftOptions,
  roster: Roster,
  body: StudentBody,
  random: Random,
): RetrievalQuestion[] {
  const { students, drawCriterion, enforce } = body;
  const others = <T>(all: readonly T[], some: readonly T[]) => all.filter((one) => !some.includes(one));
  switch (kind) {
    case 'direct': {
      const { name } = random.pick(students);
      const [first, second] = roster.measures as [Measure, Measure];
      return [{ type: 'look-up', name, field: random.pick([first, second, 'affiliation'] as const) }];
    }
    case 'two-rounds': {
      const [first, second] = differentChoices(roster, random).map(drawCriterion) as [Criterion, Criterion];
      const left = random.sample(students, random.integer(2, Math.min(5, students.length - 1)));
      enforce(first, left, others(students, left));
      enforce(second, left.slice(0, 1), left.slice(1));
      return [{ type: 'find', criteria: [first, second] }];
    }
    case 'two-questions':
      return differentChoices(roster, random).map((choice) => {
        const criterion = drawCriterion(choice);
        const matching = [random.pick(students)];
        enforce(criterion, matching, others(students, matching));
        return { type: 'find', criteria: [criterion] };
      });
    default: {
      const criterion = drawCriterion(random.pick(choicesOf(roster, split)));
      const matching = kind === 'refusal' ? [] : [random.pick(students)];
      enforce(criterion, matching, others(students, matching));
      return [{ type: 'find', criteria: [criterion] }];
    }
  }
}

function differentChoices({ measures, names }: Roster, random: Random): CriterionChoice[] {
  const [first, second] = measures as [Measure, Measure];
  const words = names === 'person' ? (['affiliation', 'interest'] as const) : (['affiliation'] as const);
  return random.sample<CriterionChoice>([second, first, random.pick(words)], 2);
}

function goldOf(question: RetrievalQuestion, { students }: RetrievalTask): string | undefined {
  if (question.type === 'look-up') {
    return fieldText(students.find(({ name }) => name === question.name)!, question.field);
  }
  return students.find((student) => question.criteria.every((criterion) => meets(student, criterion)))?.name;
}
