import { createNames, type Names } from '../names.ts';
import { type DocumentsProblem, type Draft, type DraftOptions, noneOfThem } from '../problem.ts';
import type { Random } from '../random.ts';
import { fill, pickWording } from '../wording.ts';
import type { FactKind, Subject } from './fact-kinds.ts';
import { answering, type Document, type DocumentsTask, type Fact } from './task.ts';
import { type DocumentsWording, documentsWording } from './wording.ts';

/** A subject whose facts are still being drawn. */
interface SubjectDraft {
  readonly type: Subject;
  readonly name: string;
  readonly pronoun: string;
  /** Topics that are taken. */
  readonly topics: Set<string>;
}

interface Tools {
  readonly options: DraftOptions;
  readonly random: Random;
  readonly names: Names;
  readonly wording: DocumentsWording;
}

const subjectTypes: readonly Subject[] = ['person', 'person', 'company', 'place', 'work'];

/** Writes documents about one subject each, and asks for one or two of their facts, or for one that none states. */
export function createDocumentsDraft(options: DraftOptions, random: Random): Draft<DocumentsProblem> {
  const { kind, language, split } = options;
  const wording = documentsWording[language];
  const names = createNames(language, random, split);
  const tools: Tools = { options, random, names, wording };
  const label = pickWording(wording.titles, split, random);
  const subjects: SubjectDraft[] = [];
  const documents = Array.from({ length: kind === 'direct' ? 1 : options.count }, (_, index): Document => {
    const subject = drawSubjectOf(subjects, tools);
    const title = fill(wording.titled, { title: label, i: index + 1 });
    return { title, type: subject.type, subject: subject.name, facts: drawFacts(subject, tools) };
  });
  const questions = drawQuestions(documents, subjects, tools);
  return writeDraft({ documents, questions }, tools);
}

/** A new subject; in hard problems sometimes an earlier one again. */
function drawSubjectOf(subjects: SubjectDraft[], tools: Tools): SubjectDraft {
  const { options, random } = tools;
  const open = subjects.filter((subject) => openKinds(subject, tools).length > 0);
  if (options.difficulty === 3 && open.length > 0 && random.chance(0.3)) return random.pick(open);
  const subject = createSubject(tools);
  subjects.push(subject);
  return subject;
}

function createSubject({ random, names, wording }: Tools): SubjectDraft {
  const type = random.pick(subjectTypes);
  return { type, name: names[type](), pronoun: random.pick(wording.pronouns[type]), topics: new Set() };
}

function drawFacts(subject: SubjectDraft, tools: Tools): Fact[] {
  const topics = new Set(openKinds(subject, tools).map(({ topic }) => topic));
  const most = Math.min(tools.options.difficulty, 2, topics.size);
  return Array.from({ length: tools.random.integer(1, most) }, (_, index) =>
    drawFact(subject, index > 0, tools),
  );
}

/** Kinds of facts whose topics the subject does not have yet. */
function openKinds(subject: SubjectDraft, { wording }: Tools): FactKind[] {
  return wording.facts.filter(
    ({ subject: type, topic }) => type === subject.type && !subject.topics.has(topic),
  );
}

function drawFact(subject: SubjectDraft, follows: boolean, tools: Tools): Fact {
  const { options, random, names } = tools;
  const kind = random.pick(openKinds(subject, tools));
  subject.topics.add(kind.topic);
  const values = { s: subject.name, a: names[kind.answer]() };
  const sentence = random.pick(kind.sentences);
  const heldOut = options.split === 'evaluation' && random.chance(0.5);
  // A possessive subject has no plain pronoun.
  const replaced = follows && !sentence.startsWith('{s}的') && random.chance(0.7);
  return {
    subject: subject.name,
    sentence: fill(sentence, values),
    text: fill(sentence, replaced ? { ...values, s: subject.pronoun } : values),
    question: fill(heldOut ? kind.heldOut : random.pick(kind.questions), values),
    answer: values.a,
  };
}

function drawQuestions(
  documents: readonly Document[],
  subjects: readonly SubjectDraft[],
  tools: Tools,
): Fact[] {
  const { options, random } = tools;
  if (options.kind === 'refusal') {
    // Half of the time there is a document about the subject, but it leaves the answer out.
    const known = subjects.filter((subject) => openKinds(subject, tools).length > 0);
    const subject = known.length > 0 && random.chance(0.5) ? random.pick(known) : createSubject(tools);
    return [drawFact(subject, false, tools)];
  }
  const asked = random.sample(documents, options.kind === 'two-questions' ? 2 : 1);
  return asked.map(({ facts }) => random.pick(facts));
}

function writeDraft(task: DocumentsTask, tools: Tools): Draft<DocumentsProblem> {
  const { options, random, wording } = tools;
  const { kind, language, split } = options;
  const items = task.documents.map((document) => writeDocument(document, tools));
  const texts = task.documents.map(
    ({ title }, index) => `${title}${language === 'zh' ? '：' : ': '}${items[index]}`,
  );
  const introduction = fill(pickWording(wording.introductions, split, random), { n: items.length });
  // In training half of the answerable questions say it too, and half of the others do not.
  const clause = split === 'evaluation' || random.chance(0.5) ? wording.noneClause + wording.space : '';
  const two = kind === 'two-questions';
  const questions = task.questions.map(({ question }, index) =>
    fill(two ? wording.numberedQuestion : wording.question, { i: index + 1, question }),
  );
  const format = two ? wording.answersFormat : pickWording(wording.answerFormat, split, random);
  const asked = `${questions.join('\n')}${two ? '\n' : wording.space}${clause}${format}`;
  return {
    prompt: `${introduction}${texts.join(random.pick(['\n', '\n\n']))}\n\n${asked}`,
    items,
    labels: two ? [1, 2].map((i) => fill(wording.numberedLabel, { i })) : [wording.label],
    goldKeys: task.questions.map((question) => {
      const stated = task.documents.some((document) => answering(document, question));
      return stated ? question.answer : noneOfThem[language];
    }),
    task,
  };
}

/** All facts, and in hard problems sentences that answer nothing. */
function writeDocument({ facts, subject, type }: Document, { options, random, wording }: Tools): string {
  const sentences = facts.map(({ text }) => text);
  if (options.difficulty === 3) {
    const distractions = random.sample(wording.distractions[type], random.integer(1, 2));
    sentences.push(...distractions.map((sentence) => fill(sentence, { s: subject })));
  }
  return sentences.join(wording.space);
}
