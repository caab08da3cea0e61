import {
  type CachedModel,
  EMBEDDED_MODELS,
  embeddedFolder,
  formatHubSource,
  type HubSource,
  listCachedModels,
} from '@beltline/models';
import stringWidth from 'string-width';
import type { Environment } from '../environment.ts';
import { createStyle, hasColors } from '../render/style.ts';
import { padEnd, padStart } from '../render/text-width.ts';
import { formatSize } from '../table.ts';

/** Writes the models that need no download: those that come with Beltline and those in the hub's cache. */
export async function listModels(
  { json }: { readonly json?: boolean },
  { stdout, stderr, env }: Environment,
): Promise<void> {
  const cached = await listCachedModels(env);
  if (json) {
    for (const name of EMBEDDED_MODELS) {
      stdout.write(`${JSON.stringify({ name, source: 'embedded', folder: embeddedFolder(name) })}\n`);
    }
    for (const model of cached) stdout.write(`${JSON.stringify({ source: 'hub', ...model })}\n`);
    return;
  }
  const style = createStyle({ colors: hasColors({ stream: stdout, env, wanted: true }) });
  const embedded = EMBEDDED_MODELS.map((name) => [name, '', '', 'embedded']);
  const [head, ...rows] = align([
    ['MODEL', 'SIZE', 'CHANGED', 'WEIGHTS'],
    ...embedded,
    ...cached.flatMap(rowsOf),
  ]);
  stdout.write(`${[style.dim(head!), ...rows].join('\n')}\n`);
  if (cached.length === 0)
    stderr.write('No models of the hub are here; "beltline models pull" downloads one.\n');
}

/** One row for each revision; the size is that of all of them, as they share files. */
function rowsOf({ name, size, changed, revisions }: CachedModel): string[][] {
  const about = [formatSize(size), changed.toISOString().slice(0, 10)];
  if (revisions.length === 0) return [[name, ...about, 'not complete']];
  return revisions.map(({ commit, names, weights }, index) => [
    nameOf(name, names.includes('main') ? 'main' : (names[0] ?? commit)),
    ...(index === 0 ? about : ['', '']),
    weights.length === 0 ? 'none that Beltline can use' : weights.join(', '),
  ]);
}

function nameOf(repository: string, revision: string): string {
  const source: HubSource = { kind: 'hub', repository, revision, path: undefined };
  return formatHubSource(source);
}

/** Lines of columns, of which the second holds numbers. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column]!))));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 1 ? padStart : padEnd)(cell, widths[column]!))
      .join('   ')
      .trimEnd(),
  );
}
