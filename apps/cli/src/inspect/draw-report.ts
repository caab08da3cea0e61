import type { ModelReport } from '@beltline/node';
import { wrapText } from '../render/wrap.ts';
import { formatCount, formatSize, type TableOptions } from '../table.ts';

/** Column where the values begin. */
const indent = 16;

const kinds: Readonly<Record<ModelReport['kind'], string>> = {
  'belt-graph': 'belt-ready graph',
  'exported-graph': 'graph of another exporter',
  checkpoint: 'safetensors checkpoint',
  gguf: 'GGUF file',
};

/** The report for people: one line for each thing that is known. */
export function drawReport(report: ModelReport, { style, columns }: TableOptions): string[] {
  const { layers, vocabularySize, contextLength, cacheBytes, inputs } = report;
  const tokens = (count: number | undefined) =>
    count === undefined ? undefined : `${formatCount(count)} tokens`;
  const entry = (label: string, value: string | undefined): string[] => {
    if (value === undefined) return [];
    const [first = '', ...rest] = wrapText(value, Math.max(columns - indent, 20));
    return [`${style.dim(label.padEnd(indent))}${first}`, ...rest.map((line) => ' '.repeat(indent) + line)];
  };
  const verdict = report.beltReady ? style.green('yes') : style.yellow('no');
  return [
    style.bold(report.name),
    ...entry('weights', kinds[report.kind]),
    `${style.dim('file'.padEnd(indent))}${report.path}`,
    ...entry('architecture', report.architecture),
    ...entry('precision', report.precision),
    ...entry('layers', layers?.toString()),
    ...entry('vocabulary', tokens(vocabularySize)),
    ...entry('context', tokens(contextLength)),
    ...entry('cache', cacheBytes === undefined ? undefined : `${formatSize(cacheBytes)} for 1,000 tokens`),
    ...entry(
      'chat template',
      report.chatTemplate === undefined ? undefined : report.chatTemplate ? 'yes' : 'no',
    ),
    ...groupInputs(inputs ?? []).flatMap((input, i) => entry(i === 0 ? 'inputs' : '', input)),
    `${style.dim('belt-ready'.padEnd(indent))}${verdict}`,
    ...entry('', report.reason),
  ];
}

/** One line for each input, and one for all that differ by the number of their layer only. */
function groupInputs(inputs: NonNullable<ModelReport['inputs']>): string[] {
  const counts = new Map<string, number>();
  for (const { name, type, shape } of inputs) {
    const line = `${name.replace(/(?<=\.)\d+(?=\.|$)/, '*')} ${type} [${shape.join(', ')}]`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} × ${count}`));
}
