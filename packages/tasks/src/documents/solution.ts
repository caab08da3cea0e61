import { answerLines } from '../answer-lines.ts';
import type { DocumentsProblem } from '../problem.ts';
import { block, conclusion, interlude, type Section, type SolutionStep, step, text } from '../solution.ts';
import { fill } from '../wording.ts';
import { answering, type Document, type Fact } from './task.ts';
import { type DocumentsWording, documentsWording } from './wording.ts';

/** Reads document by document; each body restates the subject that is asked about, since it sees no other body. */
export function solveDocuments(problem: DocumentsProblem): Section[] {
  const { documents, questions } = problem.task;
  const wording = documentsWording[problem.language];
  const [first, second] = questions as [Fact, Fact?];
  const lines = answerLines(problem);
  if (problem.kind === 'direct') return [text([first.sentence, ...lines].join('\n'))];
  const read = (question: Fact) =>
    block(documents.map((document) => readDocument(document, question, wording)));
  const found = (question: Fact, form: 'one' | 'numbered', i = 1) => {
    const document = documents.find((candidate) => answering(candidate, question));
    if (document === undefined) return fill(wording.foundNone[form], { i });
    return fill(wording.found[form], { title: document.title, i });
  };
  const open = (form: 'one' | 'numbered', i = 1) => fill(wording.openings[form], { i });
  if (second === undefined) {
    return [text(`${open('one')}\n\n`), read(first), conclusion(found(first, 'one'), ...lines)];
  }
  return [
    text(`${open('numbered')}\n\n`),
    read(first),
    interlude(found(first, 'numbered'), open('numbered', 2)),
    read(second),
    conclusion(found(second, 'numbered', 2), ...lines),
  ];
}

function readDocument(document: Document, question: Fact, wording: DocumentsWording): SolutionStep {
  const { about, same, says, silent, space } = wording;
  const fits = document.subject === question.subject;
  const values = { s: document.subject, asked: question.subject, verdict: same[fits ? 'yes' : 'no'] };
  const fact = answering(document, question);
  const finding = fact ? fill(says, { sentence: fact.sentence }) : silent;
  return step(document.title, fill(about, values) + (fits ? space + finding : ''));
}
