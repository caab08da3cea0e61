import type { Names } from './names.ts';

/** A fact about one subject, with the question that only it answers. */
export interface Fact {
  /** One sentence. */
  readonly sentence: string;
  readonly question: string;
  readonly answer: string;
}

type Subject = 'person' | 'company' | 'place' | 'work';

interface FactKind {
  readonly subject: Subject;
  readonly answer: keyof Names;
  /** With `S` for the subject and `A` for the answer. */
  readonly sentence: string;
  readonly question: string;
}

const kind = (subject: Subject, answer: keyof Names, sentence: string, question: string): FactKind => ({
  subject,
  answer,
  sentence,
  question,
});

export const factKinds: readonly FactKind[] = [
  kind('person', 'date', 'S was born on A.', 'When was S born?'),
  kind('person', 'place', 'S was born in A.', 'Where was S born?'),
  kind('person', 'date', 'S died on A.', 'When did S die?'),
  kind('person', 'person', 'S is married to A.', 'Who is S married to?'),
  kind('person', 'place', 'S lives in A.', 'Where does S live?'),
  kind('person', 'company', 'S works for A.', 'Which company does S work for?'),
  kind('person', 'university', 'S studied at A.', 'Where did S study?'),
  kind('company', 'person', 'S was founded by A.', 'Who founded S?'),
  kind('company', 'year', 'S was founded in A.', 'In which year was S founded?'),
  kind('company', 'person', 'S is led by A.', 'Who leads S?'),
  kind('company', 'place', 'S is based in A.', 'Where is S based?'),
  kind('company', 'product', 'S makes A.', 'What does S make?'),
  kind('place', 'country', 'S is a city in A.', 'In which country is S?'),
  kind('place', 'country', 'S is the capital of A.', 'Of which country is S the capital?'),
  kind('place', 'population', 'S has a population of A.', 'What is the population of S?'),
  kind('place', 'person', 'S has a mayor named A.', 'Who is the mayor of S?'),
  kind('work', 'year', 'S was released in A.', 'In which year was S released?'),
  kind('work', 'person', 'S is a song sung by A.', 'Who sang S?'),
  kind('work', 'person', 'S is a film directed by A.', 'Who directed S?'),
  kind('work', 'person', 'S is a book written by A.', 'Who wrote S?'),
];

export function createFact(kind: FactKind, names: Names): Fact {
  const values: Record<string, string> = { S: names[kind.subject](), A: names[kind.answer]() };
  const fill = (pattern: string) => pattern.replace(/\b[SA]\b/g, (letter) => values[letter]!);
  return { sentence: fill(kind.sentence), question: fill(kind.question), answer: values.A! };
}
