import type { AnswerDocument, AnswerProblem, AnswerSection, AnswerStep } from './answer.ts';
import { type AnswerEvent, createAnswerParser } from './answer-parser.ts';
import { markers, type Nesting, stepMarker } from './markers.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Draft =
  | { type: 'text'; text: string }
  | { type: 'block'; steps: Writable<AnswerStep>[]; closed: boolean };

/**
 * Parses a whole answer; any text is accepted, and if it was read at `depth` 1, `formatAnswer` gives it back
 * exactly.
 *
 * With a `maxDepth` above 1, steps that hold blocks have `sections` besides their body.
 *
 * @example
 * ```ts
 * const { sections } = parseAnswer('Let us see.\n\n####cost: low.\n\n####%%%%\nCheap.');
 * // [{ type: 'text', ... }, { type: 'block', steps: [{ title: 'cost', ... }], closed: true }, { type: 'text', ... }]
 * ```
 */
export function parseAnswer(text: string, nesting: Nesting = {}): AnswerDocument {
  const sections: Draft[] = [];
  const problems: AnswerProblem[] = [];
  const parser = createAnswerParser(
    {
      onEvent: (event) => append(sections, event),
      onProblem: (problem) => problems.push(problem),
    },
    nesting,
  );
  parser.feed(text);
  parser.end();
  const { depth = 1, maxDepth = 1 } = nesting;
  if (depth < maxDepth) problems.push(...readNested(sections, { depth, maxDepth }));
  return { sections: sections satisfies AnswerSection[], problems };
}

/** Reads the blocks inside of steps; returns what is wrong with them. */
function readNested(sections: readonly Draft[], { depth, maxDepth }: Required<Nesting>): AnswerProblem[] {
  const problems: AnswerProblem[] = [];
  const marker = stepMarker(depth);
  let offset = 0;
  for (const section of sections) {
    if (section.type === 'text') {
      offset += section.text.length;
      continue;
    }
    for (const step of section.steps) {
      const start = offset + marker.length + step.rawTitle.length + markers.titleEnd.length;
      const nested = parseAnswer(step.body, { depth: depth + 1, maxDepth });
      if (nested.sections.some(({ type }) => type === 'block')) step.sections = nested.sections;
      for (const problem of nested.problems) problems.push({ ...problem, offset: start + problem.offset });
      offset = start + step.body.length;
    }
    if (section.closed) offset += marker.length + markers.end.length;
  }
  return problems;
}

function append(sections: Draft[], event: AnswerEvent): void {
  const last = sections.at(-1);
  switch (event.type) {
    case 'text-delta':
      if (last?.type === 'text') last.text += event.text;
      else sections.push({ type: 'text', text: event.text });
      return;
    case 'block-start':
      sections.push({ type: 'block', steps: [], closed: false });
      return;
    case 'step-start':
      if (last?.type === 'block') last.steps.push({ title: event.title, rawTitle: event.rawTitle, body: '' });
      return;
    case 'step-delta':
      if (last?.type === 'block') last.steps[event.index]!.body += event.text;
      return;
    case 'step-end':
      return;
    case 'block-end':
      if (last?.type === 'block') last.closed = event.closed;
      return;
    default:
      event satisfies never;
  }
}
