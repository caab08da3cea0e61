import type { Names } from '../names.ts';
import type { DraftOptions } from '../problem.ts';
import type { Random } from '../random.ts';
import { fill, pickWording } from '../wording.ts';
import { formatNumber, type RetrievalTask, type Student } from './task.ts';
import { type RetrievalWording, retrievalWording } from './wording.ts';

/** Writes the resumes of one problem, all in the same wording. */
export function writeResumes(
  { students, questions }: RetrievalTask,
  names: Names,
  options: DraftOptions,
  random: Random,
): string[] {
  const wording = retrievalWording[options.language];
  const numbersOnly = questions.every((question) => {
    if (question.type === 'look-up') return question.field !== 'university';
    return question.criteria.every((criterion) => 'field' in criterion);
  });
  const length = options.difficulty > 1 ? 'full' : numbersOnly ? 'brief' : 'medium';
  const template = pickWording(wording.resumes[length], options.split, random);
  const bullet = random.pick(wording.bullets);
  const place = names.place();
  return students.map((student, index) => {
    const values = {
      name: student.name,
      age: student.age,
      gpa: formatNumber('gpa', student.gpa),
      university: student.university,
      interests: student.interests.join(wording.listSeparator),
      introduction: length === 'full' ? introduce(student, place, wording, options, random) : '',
    };
    return fill(bullet, { i: index + 1 }) + fill(template, values);
  });
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
      ? random.pick(wording.distractions)
      : pickWording(wording.selfIntroductions, split, random),
  );
  const values = {
    a,
    b,
    place,
    age: random.integer(12, 60),
    gpa: formatNumber('gpa', random.integer(150, 500)),
    small: random.integer(2, 9),
  };
  return [...new Set(sentences)].map((sentence) => fill(sentence, values)).join(wording.space);
}
