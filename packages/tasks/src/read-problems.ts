import type { PlanningProblem, Problem } from './problem.ts';
import type { Scorable } from './score-answer.ts';
import type { Section } from './solution.ts';
import { TasksError } from './tasks-error.ts';

/** A problem of a data set: a prompt, and what `scoreAnswer` compares answers with. */
export type ReadProblem = Scorable & { readonly id: string; readonly prompt: string };

/** The fields that are read; lines of `toJsonLine` have all of them, other data sets the last two. */
interface Line {
  readonly id?: string;
  readonly family?: Problem['family'];
  readonly kind?: PlanningProblem['kind'];
  readonly labels?: readonly string[];
  readonly sections?: readonly Section[];
  readonly prompt?: string;
  readonly gold_keys?: string | readonly string[];
}

/**
 * Reads a data set of JSON lines with the fields `prompt` and `gold_keys`, the latter a string or a list.
 *
 * Lines of `toJsonLine` are scored as the problems they were written from. Of any other line `gold_keys` are accepted
 * answers: the last line of an answer must contain one of them.
 *
 * @throws TasksError if a line is not JSON, lacks one of the two fields, has a blank key, or not as many labels as keys.
 *
 * @example
 * ```ts
 * const [problem] = readProblems('{"prompt": "Which student has a GPA above 4?", "gold_keys": "Ann Lee"}');
 * scoreAnswer(problem, 'It is Ann Lee.').correct; // true
 * ```
 */
export function readProblems(jsonl: string): ReadProblem[] {
  return jsonl.split('\n').flatMap((text, index) => (text.trim() === '' ? [] : [readLine(text, index + 1)]));
}

function readLine(text: string, number: number): ReadProblem {
  const {
    id = `line-${number}`,
    family,
    kind = 'one-block',
    labels,
    sections,
    prompt,
    ...line
  } = parse(text, number);
  if (typeof prompt !== 'string') throw new TasksError('missing-prompt', { line: number });
  const goldKeys = typeof line.gold_keys === 'string' ? [line.gold_keys] : line.gold_keys;
  if (
    !Array.isArray(goldKeys) ||
    goldKeys.length === 0 ||
    goldKeys.some((key) => typeof key !== 'string' || key.trim() === '')
  ) {
    throw new TasksError('missing-gold-keys', { line: number });
  }
  const common = { id, prompt, goldKeys, gold: goldKeys.join(', ') };
  if (family === 'planning' && sections !== undefined) {
    return { ...common, family, kind, task: { details: detailsOf(sections) } };
  }
  if ((family === 'retrieval' || family === 'documents') && labels !== undefined) {
    if (labels.length !== goldKeys.length) throw new TasksError('unequal-labels', { line: number });
    return { ...common, family, labels };
  }
  return { ...common, family: 'data-set' };
}

function parse(text: string, number: number): Line {
  try {
    // The spread makes of `null` and other values an object without fields.
    return { ...JSON.parse(text) };
  } catch (cause) {
    throw new TasksError('not-json', { line: number, cause });
  }
}

/** The titles of the steps inside the first step. */
function detailsOf(sections: readonly Section[]): string[] {
  const body = firstBlock(sections)?.steps[0]?.body;
  const inner = typeof body === 'object' ? firstBlock(body) : undefined;
  return inner?.steps.map(({ title }) => title) ?? [];
}

function firstBlock(sections: readonly Section[]) {
  return sections.find((section) => section.type === 'block');
}
