import type { Names } from '../names.ts';
import type { DraftOptions } from '../problem.ts';
import type { Random } from '../random.ts';
import { fill, pickWording } from '../wording.ts';
import { assembleLayout, type Layout } from './assemble-layout.ts';
import { isStudents } from './roster.ts';
import { styles } from './styles.ts';
import { formatNumber, type RetrievalTask, type Student } from './task.ts';
import { type RetrievalWording, retrievalWording } from './wording.ts';

export interface Resumes {
  /** The first line of a table, with its line feed, or nothing. */
  readonly heading: string;
  readonly items: string[];
}

/** Writes the resumes of one problem, all in the same wording. */
export function writeResumes(
  task: RetrievalTask,
  names: Names,
  options: DraftOptions,
  random: Random,
): Resumes {
  const { students, roster } = task;
  const wording = retrievalWording[options.language];
  const { heading, template } = drawLayout(task, wording, options, random);
  const bullet = heading === undefined ? pickWording(wording.bullets, options.split, random) : '';
  const place = names.place();
  const withIntroduction = template.includes('{introduction}');
  const items = students.map((student, index) => {
    const { name, numbers, affiliation, interests } = student;
    const values: Record<string, string> = {
      name,
      affiliation,
      interests: interests.join(wording.listSeparator),
    };
    for (const measure of roster.measures) values[measure.key] = formatNumber(measure, numbers[measure.key]!);
    if (withIntroduction) values.introduction = introduce(student, place, wording, options, random);
    return fill(bullet, { i: index + 1 }) + fill(template, values);
  });
  return { heading: heading === undefined ? '' : `${heading}\n`, items };
}

/** Evaluation has whole wordings of its students' resumes, as has some of training; the rest is assembled. */
function drawLayout(
  { roster, questions }: RetrievalTask,
  wording: RetrievalWording,
  { difficulty, split, language }: DraftOptions,
  random: Random,
): Layout {
  const asked = questions.flatMap((question): string[] => {
    if (question.type === 'look-up')
      return [question.field === 'affiliation' ? 'affiliation' : question.field.key];
    return question.criteria.map((criterion) => {
      if ('field' in criterion) return criterion.field.key;
      return criterion.type === 'interest' ? 'interests' : criterion.type;
    });
  });
  const measured = roster.measures.map(({ key }) => key);
  if (split === 'evaluation' || (isStudents(roster) && random.chance(0.3))) {
    const numbersOnly = asked.every((key) => measured.includes(key));
    const length = difficulty > 1 ? 'full' : numbersOnly ? 'brief' : 'medium';
    return { template: pickWording(wording.resumes[length], split, random) };
  }
  const keys = [...measured, 'affiliation', 'interests'].filter(
    (key) => asked.includes(key) || random.chance(0.6),
  );
  const withIntroduction = difficulty > 1 && roster.names === 'person' && random.chance(0.7);
  return assembleLayout({ roster, keys, asked, withIntroduction }, styles[language], random);
}

/** One sentence, or from two to four with distractions among them. */
function introduce(
  { interests }: Student,
  place: string,
  wording: RetrievalWording,
  { difficulty, split }: DraftOptions,
  random: Random,
): string {
  const [a, b] = random.sample(interests, 2) as [string, string];
  const count = difficulty === 3 ? random.integer(2, 4) : 1;
  const sentences = Array.from({ length: count }, (_, index) =>
    index > 0 && random.chance(0.5)
      ? pickWording(wording.distractions, split, random)
      : pickWording(wording.selfIntroductions, split, random),
  );
  const values = {
    a,
    b,
    place,
    age: random.integer(12, 60),
    gpa: String(random.integer(150, 500) / 100),
    small: random.integer(2, 9),
  };
  return [...new Set(sentences)].map((sentence) => fill(sentence, values)).join(wording.space);
}
