import { invalid } from './tokenizer-error.ts';

/** A normalizer, pre-tokenizer, post-processor or decoder of tokenizer.json: a type and its own settings. */
export interface Component {
  readonly type: string;
  readonly [setting: string]: unknown;
}

/** What Split and Replace look for: a regex in Rust's dialect, or a string as it stands. */
export interface Pattern {
  readonly Regex?: string;
  readonly String?: string;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks that a value is a component; `name` is for the message. */
export function toComponent(value: unknown, name: string): Component {
  if (!isRecord(value) || typeof value.type !== 'string') {
    throw invalid(`${name} of tokenizer.json must be an object with a "type"`, value);
  }
  return value as Component;
}

/** The parts of a `Sequence`, which keeps them under a setting of this name. */
export function partsOf(sequence: Component, setting: string): Component[] {
  const parts = sequence[setting];
  if (!Array.isArray(parts))
    throw invalid(`"${setting}" of a Sequence in tokenizer.json must be an array`, parts);
  return parts.map((part) => toComponent(part, `each of "${setting}"`));
}

export function patternOf(component: Component): Pattern {
  const { pattern } = component;
  if (isRecord(pattern) && (typeof pattern.Regex === 'string' || typeof pattern.String === 'string'))
    return pattern;
  throw invalid(`the pattern of ${component.type} must be an object with "Regex" or "String"`, pattern);
}
