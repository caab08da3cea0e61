import { markers, stepMarker, stepSeparator } from '@beltline/format';

/** A step of a worked solution; nested steps stand inside its body. */
export interface SolutionStep {
  readonly title: string;
  /** Everything from the colon to the next step, white space included. */
  readonly body: string | readonly Section[];
}

/** A piece of a worked solution: running text, white space included, or a block of independent steps. */
export type Section =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'block'; readonly steps: readonly SolutionStep[] };

/** A worked solution, in the structure of `AnswerDocument`. */
export interface Solution {
  readonly sections: readonly Section[];
}

/**
 * Writes a solution out; nothing is added but markers, those of nested blocks with their sign, and colons.
 *
 * @example
 * ```ts
 * const steps = [{ title: 'cost', body: ' low.\n\n' }];
 * formatSolution({ sections: [{ type: 'block', steps }] }); // '####cost: low.\n\n####%%%%'
 * ```
 */
export function formatSolution(solution: Solution): string {
  return formatSections(solution.sections, 1);
}

function formatSections(sections: readonly Section[], depth: number): string {
  const marker = stepMarker(depth);
  const formatStep = ({ title, body }: SolutionStep) =>
    marker + title + markers.titleEnd + (typeof body === 'string' ? body : formatSections(body, depth + 1));
  return sections
    .map((section) =>
      section.type === 'text' ? section.text : section.steps.map(formatStep).join('') + marker + markers.end,
    )
    .join('');
}

export function text(content: string): Section {
  return { type: 'text', text: content };
}

/** A step whose body is one line. */
export function step(title: string, line: string): SolutionStep {
  return { title, body: ` ${line}${stepSeparator}` };
}

export function block(steps: readonly SolutionStep[]): Section {
  return { type: 'block', steps };
}

/** What follows a block: it begins on a new line. */
export function conclusion(...lines: readonly string[]): Section {
  return text(`\n${lines.join('\n')}`);
}

/** What stands between two blocks. */
export function interlude(found: string, next: string): Section {
  return text(`\n${found}${stepSeparator}${next}${stepSeparator}`);
}
