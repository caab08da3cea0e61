import { finalLines } from './answer-text.ts';
import { createFact, factKinds } from './facts.ts';
import { createNames } from './names.ts';
import type { DocumentsProblem, Draft } from './problem.ts';
import type { Random } from './random.ts';
import type { Score } from './score.ts';

const answerFormat = 'Please give your final answer in the format of "Answer: {answer}"';

/** Writes documents of one fact each, no two about the same subject, and asks for one of the facts. */
export function createDocumentsDraft(count: number, random: Random): Draft<DocumentsProblem> {
  const names = createNames(random);
  const facts = Array.from({ length: count }, () => createFact(random.pick(factKinds), names));
  const { question, answer } = random.pick(facts);
  const items = facts.map(({ sentence }) => sentence);
  const separator = random.pick(['\n', '\n\n']);
  const documents = items.map((text, index) => `Document ${index + 1}: ${text}`).join(separator);
  return { prompt: `${documents}\n\nQuestion: ${question} ${answerFormat}`, items, gold: answer };
}

/** Compares the last `Answer: ...` line after the last block with the gold answer, character by character. */
export function scoreDocuments({ gold }: DocumentsProblem, answerText: string): Score {
  const line = finalLines(answerText).findLast((text) => text.startsWith('Answer:'));
  const found = line?.slice('Answer:'.length).trim();
  if (found === undefined) return { correct: false, expected: gold, found, reason: 'no-answer-line' };
  if (found !== gold) return { correct: false, expected: gold, found, reason: 'wrong-answer' };
  return { correct: true, expected: gold, found, reason: 'right' };
}
