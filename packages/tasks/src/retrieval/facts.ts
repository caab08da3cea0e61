import type { RetrievalProblem } from '../problem.ts';
import type { StatedFact } from '../stated-fact.ts';
import { fill } from '../wording.ts';
import type { RetrievalTask, Student } from './task.ts';
import { type RetrievalWording, retrievalWording } from './wording.ts';
import { fieldText } from './write-questions.ts';

interface Field {
  readonly key: string;
  /** Of a step's body, with `{value}`. */
  readonly body: string;
  read(student: Student): string;
}

/** Fields that all resumes tell and no question asks for. */
export function factsOfRetrieval({ task, items, kind, language }: RetrievalProblem): StatedFact[][] {
  if (kind === 'direct') return [];
  const asked = task.questions.flatMap((question) => (question.type === 'find' ? question.criteria : []));
  const askedKeys = new Set(asked.map((one) => ('field' in one ? one.field.key : one.type)));
  return fieldsOf(task, retrievalWording[language])
    .filter(({ key, read }) => {
      return !askedKeys.has(key) && task.students.every((student, i) => tells(items[i]!, read(student)));
    })
    .map(({ body, read }) => task.students.map((student) => stateFact(student.name, body, read(student))));
}

function fieldsOf({ roster }: RetrievalTask, { bodies, listSeparator }: RetrievalWording): Field[] {
  const about = (label: string) => fill(bodies.exactly, { field: label, value: '{value}' });
  return [
    ...roster.measures.map((measure) => ({
      key: measure.key,
      body: about(measure.label),
      read: (student: Student) => fieldText(student, measure),
    })),
    {
      key: 'affiliation',
      body: about(roster.affiliation.label),
      read: (student) => fieldText(student, 'affiliation'),
    },
    {
      key: 'interest',
      body: bodies.interest,
      read: ({ interests }) => interests.join(listSeparator),
    },
  ];
}

/** A body as far as the comma behind the value, by which the value ends. */
function stateFact(title: string, body: string, value: string): StatedFact {
  const [, before, space, comma] = /^(.*?)( ?)\{value\}(.)/.exec(body)!;
  return { title, given: ` ${before}`, body: space + value + comma };
}

/** Whether a value stands in a text, and not inside of a longer number. */
function tells(text: string, value: string): boolean {
  if (!/^\d/.test(value)) return text.includes(value);
  return new RegExp(`(?<![\\d.])${value.replace('.', '\\.')}(?!\\d|\\.\\d)`).test(text);
}
