import type { DocumentsProblem } from '../problem.ts';
import type { StatedFact } from '../stated-fact.ts';
import { fill } from '../wording.ts';
import type { Fact } from './task.ts';
import { documentsWording } from './wording.ts';

/** For each document of one sentence that no question asks about, the step that would quote it. */
export function factsOfDocuments({ task, kind, difficulty, language }: DocumentsProblem): StatedFact[][] {
  if (kind === 'direct' || difficulty > 1) return [];
  const { about, same, says, space } = documentsWording[language];
  const [, before, gap] = /^(.*?)( ?)\{sentence\}/.exec(says)!;
  const stated = task.documents.flatMap(({ title, subject, facts }) => {
    const [fact, ...others] = facts as [Fact, ...Fact[]];
    if (others.length > 0 || task.questions.includes(fact)) return [];
    const given = ` ${fill(about, { s: subject, asked: subject, verdict: same.yes })}${space}${before}`;
    return [{ title, given, body: gap + fact.sentence }];
  });
  return stated.length > 0 ? [stated] : [];
}
