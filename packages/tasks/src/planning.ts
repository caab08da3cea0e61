import { finalLines, stepsOf } from './answer-text.ts';
import { createNames } from './names.ts';
import type { Draft, PlanningProblem } from './problem.ts';
import type { Random } from './random.ts';
import type { Score, ScoreReason } from './score.ts';
import * as words from './words.ts';

/** Asks to treat a topic from several aspects; the topic is quoted in the last line of a right answer. */
export function createPlanningDraft(count: number, random: Random): Draft<PlanningProblem> {
  const topic = createTopic(random);
  const aspects = words.aspects.filter((aspect) => !topic.includes(aspect));
  const items = random.sample(aspects, count);
  const verb = random.pick(['Plan', 'Analyze', 'Discuss', 'Please plan', 'Please analyze', 'Please discuss']);
  const link = random.pick(['from the aspects of', `from the ${count} aspects of`, 'in terms of']);
  const period = random.integer(0, 3) === 0 ? '' : '.';
  return {
    prompt: `${verb} ${topic} ${link} ${enumerate(items, random.pick([',', '']))}${period}`,
    items,
    gold: `Taken together, these aspects give a clear picture of ${topic}.`,
  };
}

function createTopic(random: Random): string {
  const names = createNames(random);
  const place = random.pick([names.place, names.country])();
  return random.pick([
    () => `a visit to ${place}`,
    () => `the development of ${place}`,
    () => `the impact of ${random.pick(words.subjects)} in ${place}`,
    () => `a ${random.pick(words.eventKinds)} ${random.pick(words.events)} in ${place}`,
  ])();
}

function enumerate(items: readonly string[], commaBeforeAnd: string): string {
  if (items.length < 3) return items.join(' and ');
  return `${items.slice(0, -1).join(', ')}${commaBeforeAnd} and ${items.at(-1)}`;
}

/**
 * Right is an answer whose steps' titles are the aspects asked for, each once, in any order, each with a body, and
 * whose last line is the gold line.
 */
export function scorePlanning({ items, gold }: PlanningProblem, answerText: string): Score {
  const found = finalLines(answerText).at(-1);
  const reason = faultOf(items, answerText) ?? (found === gold ? 'right' : 'wrong-conclusion');
  return { correct: reason === 'right', expected: gold, found, reason };
}

function faultOf(aspects: readonly string[], answerText: string): ScoreReason | undefined {
  const steps = stepsOf(answerText);
  const titles = steps.map(({ title }) => title);
  if (aspects.some((aspect) => !titles.includes(aspect))) return 'missing-step';
  if (titles.some((title) => !aspects.includes(title))) return 'unexpected-step';
  if (new Set(titles).size < titles.length) return 'repeated-step';
  if (steps.some(({ body }) => body === '')) return 'empty-step';
  return undefined;
}
