import { InvalidArgumentError } from 'commander';

/** What a number may be. */
export interface Range {
  readonly includes: (value: number) => boolean;
  readonly description: string;
}

export const anyNumber: Range = { includes: Number.isFinite, description: 'a number' };
export const atLeastZero: Range = { includes: (value) => value >= 0, description: 'a number of at least 0' };
export const aboveZero: Range = { includes: (value) => value > 0, description: 'a number above 0' };
export const share: Range = {
  includes: (value) => value > 0 && value <= 1,
  description: 'above 0 and at most 1',
};
export const shareOrZero: Range = {
  includes: (value) => value >= 0 && value <= 1,
  description: 'at least 0 and at most 1',
};

/** Reads a number in decimal notation. */
export function number({ includes, description }: Range): (text: string) => number {
  return (text) => {
    const value = /^-?[\d.]+$/.test(text) ? Number(text) : Number.NaN;
    if (includes(value)) return value;
    throw new InvalidArgumentError(`It must be ${description}.`);
  };
}

/** Reads a whole number of at least so much. */
export function count(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}

/** Reads a whole number, which may be negative. */
export function integer(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Adds a text that is not empty to those given before. */
export function textAfter(text: string, before: readonly string[] = []): string[] {
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  return [...before, text];
}

/** Reads a list with commas, in which each name may be one of the choices. */
export function listOf<T extends string>(choices: readonly T[]): (text: string) => T[] {
  return (text) => {
    const names = [...new Set(text.split(',').map((name) => name.trim()))];
    if (names.every((name) => (choices as readonly string[]).includes(name))) return names as T[];
    throw new InvalidArgumentError(`It must be one or more of ${choices.join(', ')}, with commas.`);
  };
}

/** Reads a list of whole numbers of at least so much, with commas. */
export function countsOf(least: number): (text: string) => number[] {
  return (text) => [...new Set(text.split(',').map((part) => count(least)(part.trim())))];
}
