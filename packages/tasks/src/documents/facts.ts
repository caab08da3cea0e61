import type { DocumentsProblem } from '../problem.ts';
import type { StatedFact } from '../stated-fact.ts';
import { fill } from '../wording.ts';
import type { Fact } from './task.ts';
import { documentsWording } from './wording.ts';

/** The one sentence of each document that says nothing else and is not asked about, as if it were. */
export function factsOfDocuments({ task, kind, difficulty, language }: DocumentsProblem): StatedFact[][] {
  if (kind === 'direct' || difficulty > 1) return [];
  const { about, same, says, space } = documentsWording[language];
  const [, before, gap] = /^(.*?)( ?)\{sentence\}/.exec(says)!;
  const facts = task.documents.flatMap(({ title, subject, facts }) => {
    const [fact, ...others] = facts as [Fact, ...Fact[]];
    if (others.length > 0 || task.questions.includes(fact)) return [];
    const given = ` ${fill(about, { s: subject, asked: subject, verdict: same.yes })}${space}${before}`;
    return [{ title, given, body: gap + fact.sentence }];
  });
  return facts.length > 0 ? [facts] : [];
}
