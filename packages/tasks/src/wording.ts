import type { Random } from './random.ts';
import type { Split } from './split.ts';

/** Ways to say the same: some for both splits, some held out for one. `{name}` stands for a value. */
export interface Wordings {
  readonly common: readonly string[];
  readonly training: readonly string[];
  readonly evaluation: readonly string[];
}

export function pickWording(wordings: Wordings, split: Split, random: Random): string {
  const own = wordings[split];
  const index = random.integer(0, wordings.common.length + own.length - 1);
  return wordings.common[index] ?? own[index - wordings.common.length]!;
}

/** Templates cut at their values: text, name, text, name, ... Millions are filled, but only a few hundred exist. */
const cut = new Map<string, readonly string[]>();

/** Puts values in; a name without a value stays, such as the `{answer}` that a prompt shows its reader. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  let parts = cut.get(template);
  if (parts === undefined) {
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
