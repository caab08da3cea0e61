import type { Names } from '../names.ts';

export type Subject = 'person' | 'company' | 'place' | 'work' | 'team' | 'building' | 'device';

/** A kind of fact; `{s}` is the subject and `{a}` the answer. */
export interface FactKind {
  readonly subject: Subject;
  readonly answer: Exclude<keyof Names, 'universityIn'>;
  /** Kinds of one topic do not stand together in a document: they could contradict one another. */
  readonly topic: string;
  readonly sentences: readonly string[];
  readonly questions: readonly string[];
  /** A wording of the question that training never sees; without one, the whole kind serves training only. */
  readonly heldOut?: string;
}

/**
 * A line per kind: subject, answer, topic, sentences, questions, the held-out question. Several topics, with commas, are as
 * many kinds: `{r}` stands for the topic.
 */
export function parseFactKinds(table: string): FactKind[] {
  return table
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [subject, answer, topics, sentences, questions, heldOut] = line.trim().split(' | ');
      return topics!.split(/, |、/).map((topic): FactKind => {
        const about = (texts: string) => texts.replaceAll('{r}', topic).split(' / ');
        return {
          subject: subject as Subject,
          answer: answer as FactKind['answer'],
          topic,
          sentences: about(sentences!),
          questions: about(questions!),
          ...(heldOut !== undefined && { heldOut }),
        };
      });
    });
}
