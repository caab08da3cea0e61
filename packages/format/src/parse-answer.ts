import type { AnswerDocument, AnswerProblem, AnswerSection, AnswerStep } from './answer.ts';
import { type AnswerEvent, createAnswerParser } from './answer-parser.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Draft =
  | { type: 'text'; text: string }
  | { type: 'block'; steps: Writable<AnswerStep>[]; closed: boolean };

/**
 * Parses a whole answer; any text is accepted, and `formatAnswer` gives it back exactly.
 *
 * @example
 * ```ts
 * const { sections } = parseAnswer('Let us see.\n\n####cost: low.\n\n####%%%%\nCheap.');
 * // [{ type: 'text', ... }, { type: 'block', steps: [{ title: 'cost', ... }], closed: true }, { type: 'text', ... }]
 * ```
 */
export function parseAnswer(text: string): AnswerDocument {
  const sections: Draft[] = [];
  const problems: AnswerProblem[] = [];
  const parser = createAnswerParser({
    onEvent: (event) => append(sections, event),
    onProblem: (problem) => problems.push(problem),
  });
  parser.feed(text);
  parser.end();
  return { sections: sections satisfies AnswerSection[], problems };
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
