import type { Random } from './random.ts';
import type { Split } from './split.ts';

/**
 * Ways to say the same: some for both splits, some held out for one. `{name}` stands for a value, and in training `[a|b]` for
 * either text, so that a few patterns make more wordings than a model can memorize.
 */
export interface Wordings {
  readonly common: readonly string[];
  readonly training?: readonly string[];
  readonly evaluation?: readonly string[];
}

/** Where there is one wording only, nothing is drawn. */
export function pickWording(wordings: Wordings, split: Split, random: Random): string {
  const { common } = wordings;
  const own = wordings[split] ?? [];
  const count = common.length + own.length;
  const index = count > 1 ? random.integer(0, count - 1) : 0;
  return expand(common[index] ?? own[index - common.length]!, random);
}

const innermost = /\[([^[\]]*)\]/g;

/** One of the texts that a pattern stands for; alternatives may hold others, as in `[a|b[ c|]]`. */
export function expand(pattern: string, random: Random): string {
  let text = pattern;
  while (text.includes('[')) {
    text = text.replace(innermost, (_, choices: string) => random.pick(choices.split('|')));
  }
  return text;
}

/** Templates cut at their values: text, name, text, name, ... */
const cut = new Map<string, readonly string[]>();
/** Assembled templates come once each: they must not fill the memory. */
const mostCut = 10_000;

/** Puts values in; a name without a value stays, such as the `{answer}` that a prompt shows its reader. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  let parts = cut.get(template);
  if (parts === undefined) {
    if (cut.size >= mostCut) cut.clear();
    parts = template.split(/\{(\w+)\}/);
    cut.set(template, parts);
  }
  let text = parts[0]!;
  for (let index = 1; index < parts.length; index += 2) {
    const name = parts[index]!;
    text += `${values[name] ?? `{${name}}`}${parts[index + 1]!}`;
  }
  return text;
}
