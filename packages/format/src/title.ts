import { markers } from './markers.ts';

/** Why a text cannot be the title of a step. */
export type TitleProblemCode = 'empty-title' | 'newline-in-title' | 'marker-in-title' | 'title-too-long';

/** Longest raw title, in UTF-16 units, where the caller sets no limit. */
export const defaultMaxTitleLength = 200;

/** What ends the reading of a title, well or badly. */
export const titleTerminators = [
  markers.titleEnd,
  '\n',
  '\r',
  markers.step,
  markers.ellipsis,
  markers.end,
] as const;

/**
 * Says why a text cannot stand between `####` and the colon, or returns undefined if it can.
 *
 * @example
 * ```ts
 * titleProblem('budget'); // undefined
 * titleProblem('a: b'); // 'marker-in-title'
 * ```
 */
export function titleProblem(
  rawTitle: string,
  maxTitleLength = defaultMaxTitleLength,
): TitleProblemCode | undefined {
  if (rawTitle.length > maxTitleLength) return 'title-too-long';
  if (/[\r\n]/.test(rawTitle)) return 'newline-in-title';
  if (titleTerminators.some((terminator) => rawTitle.includes(terminator))) return 'marker-in-title';
  if (rawTitle.trim() === '') return 'empty-title';
  return undefined;
}
