import type { Subject } from './fact-kinds.ts';

/** A fact about one subject, with the question that only it answers. */
export interface Fact {
  readonly subject: string;
  /** One sentence that names the subject. */
  readonly sentence: string;
  /** The same sentence inside of a document: it may say he, she or it. */
  readonly text: string;
  readonly question: string;
  readonly answer: string;
}

export interface Document {
  /** Such as `Document 3`. */
  readonly title: string;
  readonly type: Subject;
  readonly subject: string;
  readonly facts: readonly Fact[];
}

export interface DocumentsTask {
  readonly documents: readonly Document[];
  /** The facts that are asked for; where none is stated, the answer is not in the documents. */
  readonly questions: readonly Fact[];
}

/** The fact of a document that answers a question. */
export function answering(document: Document, question: Fact): Fact | undefined {
  return document.facts.find((fact) => fact === question);
}
