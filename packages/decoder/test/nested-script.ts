import { stepMarker } from '@beltline/format';

/** Text, in which blocks may stand. */
export type Part = string | readonly NestedStep[];

export interface NestedStep {
  readonly title: string;
  readonly body: readonly Part[];
}

/** The text as sequential decoding would write it, its blocks at a depth. */
export function writeParts(parts: readonly Part[], depth = 1): string {
  const marker = stepMarker(depth);
  const write = (part: Part) =>
    typeof part === 'string'
      ? part
      : `${part.map(({ title, body }) => `${marker}${title}:${writeParts(body, depth + 1)}`).join('')}${marker}%%%%`;
  return parts.map(write).join('');
}

/** Each text that is seen while an answer is decoded: whole, and of each block the outline and every step alone. */
function listViews(parts: readonly Part[], depth: number, before: string): string[] {
  const marker = stepMarker(depth);
  const views: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'string') continue;
    const seen = before + writeParts(parts.slice(0, index), depth);
    views.push(`${seen}${part.map(({ title }) => `${marker}${title}:......\n\n`).join('')}${marker}%%%%`);
    for (const { title, body } of part) {
      const start = `${seen}${marker}${title}:`;
      views.push(`${start}${writeParts(body, depth + 1)}${marker}`, ...listViews(body, depth + 1, start));
    }
  }
  return views;
}

/**
 * A model that knows one answer. `isCausal` demands that all it sees is a text as it was written; after a reuse join, it sees
 * the characters of such a text, and what stands behind the last end of a block in order.
 */
export function respondNested(
  prompt: string,
  parts: readonly Part[],
  isCausal: boolean,
): (visibleText: string) => string {
  const views = [writeParts(parts), ...listViews(parts, 1, '')];
  const mix = (text: string) => (isCausal ? text : [...text].sort().join('') + text.split('####%%%%').at(-1));
  return (visibleText) => {
    if (!visibleText.startsWith(prompt)) throw new Error(`the prompt is out of sight: ${visibleText}`);
    const visible = visibleText.slice(prompt.length);
    const seen = mix(visible);
    const known = views.filter((view) => mix(view.slice(0, visible.length)) === seen);
    if (known.length === 0) throw new Error(`out of place: ${visibleText}`);
    return known.map((view) => view.slice(visible.length)).find((rest) => rest !== '') ?? '';
  };
}
