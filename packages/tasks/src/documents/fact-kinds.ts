import type { Names } from '../names.ts';

export type Subject = 'person' | 'company' | 'place' | 'work';

/** A kind of fact; `{s}` is the subject and `{a}` the answer. */
export interface FactKind {
  readonly subject: Subject;
  readonly answer: Exclude<keyof Names, 'universityIn'>;
  /** Kinds of one topic do not stand together in a document: they could contradict one another. */
  readonly topic: string;
  readonly sentences: readonly string[];
  readonly questions: readonly string[];
  /** A wording of the question that training never sees. */
  readonly heldOut: string;
}

/** A line per kind: subject, answer, topic, sentences, questions, the held-out question last. */
export function parseFactKinds(table: string): FactKind[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [subject, answer, topic, sentences, questions] = line.trim().split(' | ');
      const asked = questions!.split(' / ');
      return {
        subject: subject as Subject,
        answer: answer as FactKind['answer'],
        topic: topic!,
        sentences: sentences!.split(' / '),
        questions: asked.slice(0, -1),
        heldOut: asked.at(-1)!,
      };
    });
}
