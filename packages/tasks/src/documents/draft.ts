import { arrange, drawAnswerForm } from '../asking.ts';
import { createNames, type Names } from '../names.ts';
import { type DocumentsProblem, type Draft, type DraftOptions, noneOfThem } from '../problem.ts';
import type { Random } from '../random.ts';
import type { Split } from '../split.ts';
import { expand, fill, pickWording } from '../wording.ts';
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

const subjectTypes: Readonly<Record<Split, readonly Subject[]>> = {
  evaluation: ['person', 'person', 'company', 'place', 'work'],
  training: ['person', 'person', 'person', 'company', 'place', 'work', 'team', 'building', 'device'],
};

/** Writes documents about one subject each, and asks for one or two of their facts, or for one that none states. */
export function createDocumentsDraft(options: DraftOptions, random: Random): Draft<DocumentsProblem> {
  const { kind, language, split } = options;
  const wording = documentsWording[language];
  const names = createNames(language, random, split);
  const tools: Tools = { options, random, names, wording };
  const titleOf = drawTitles(tools);
  const subjects: SubjectDraft[] = [];
  const documents = Array.from({ length: kind === 'direct' ? 1 : options.count }, (_, index): Document => {
    const subject = drawSubjectOf(subjects, tools);
    return {
      title: titleOf(index),
      type: subject.type,
      subject: subject.name,
      facts: drawFacts(subject, tools),
    };
  });
  const questions = drawQuestions(documents, subjects, tools);
  return writeDraft({ documents, questions }, tools);
}

/** Titles of one style; no two documents have the same. */
function drawTitles({ options, random, names, wording }: Tools): (index: number) => string {
  const { split } = options;
  const noun = pickWording(wording.titles, split, random);
  const title = noun.includes('{word}') ? fill(noun, { word: names.place() }) : noun;
  const template = pickWording(wording.titled, split, random);
  const first = split === 'training' && random.chance(0.2) ? random.integer(0, 90) : 1;
  return (index) => {
    const letter = (index > 25 ? 'Z' : '') + String.fromCharCode(65 + (index % 26));
    const name = template.includes('{place}') ? { place: names.place() } : undefined;
    const code = template.includes('{code}') ? { code: names.code() } : undefined;
    return fill(template, { title, i: first + index, letter, ...name, ...code });
  };
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

function createSubject({ options, random, names, wording }: Tools): SubjectDraft {
  const type = random.pick(subjectTypes[options.split]);
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
function openKinds(subject: SubjectDraft, { options, wording }: Tools): FactKind[] {
  return wording.facts[options.split].filter(
    ({ subject: type, topic }) => type === subject.type && !subject.topics.has(topic),
  );
}

function drawFact(subject: SubjectDraft, follows: boolean, tools: Tools): Fact {
  const { options, random, names } = tools;
  const kind = random.pick(openKinds(subject, tools));
  subject.topics.add(kind.topic);
  const values = { s: subject.name, a: names[kind.answer]() };
  const sentence = expand(random.pick(kind.sentences), random);
  const { heldOut } = kind;
  const question =
    heldOut !== undefined && options.split === 'evaluation' && random.chance(0.5) ? heldOut : undefined;
  // A possessive subject has no plain pronoun, nor one that is not at the beginning.
  const replaced = follows && /^\{s\}(?!的|'s)/.test(sentence) && random.chance(0.7);
  return {
    subject: subject.name,
    sentence: fill(sentence, values),
    text: fill(sentence, replaced ? { ...values, s: subject.pronoun } : values),
    question: fill(question ?? expand(random.pick(kind.questions), random), values),
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
  const frame = pickWording(wording.framed, split, random);
  const texts = task.documents.map(({ title }, index) =>
    fill(frame, { title, text: items[index]!, open: '[', close: ']' }),
  );
  const introduction = fill(pickWording(wording.introductions, split, random), { n: items.length });
  const form = drawAnswerForm(kind === 'two-questions' ? 2 : 1, options, wording.asking, random);
  const separator = random.pick(['\n', '\n\n']);
  const asked = form.ask(task.questions.map(({ question }) => question));
  return {
    prompt: arrange(introduction, texts.join(separator), asked, split, random),
    items,
    labels: form.labels,
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
    const distractions = random.sample(wording.distractions[options.split][type], random.integer(1, 2));
    sentences.push(...distractions.map((sentence) => fill(expand(sentence, random), { s: subject })));
  }
  return sentences.join(wording.space);
}
