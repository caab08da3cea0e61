import type { AnswerRecord } from './answer-record.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { EvaluationMode } from './evaluation-mode.ts';

/** All that changes an answer or its time. Results with other settings do not go together. */
export interface EvaluationSettings {
  readonly model: string;
  readonly modes: readonly EvaluationMode[];
  /** How many problems there are. */
  readonly problems: number;
  /** Anything else, by name: where the problems come from, limits, threads, ... */
  readonly [name: string]: string | number | readonly string[] | undefined;
}

/** The first line of a results file; an answer is on each line that follows. */
export interface ResultsHeader {
  readonly type: 'beltline-evaluation';
  readonly version: 1;
  readonly settings: EvaluationSettings;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What it runs on, by name, for people: processor, versions. */
  readonly machine: Readonly<Record<string, string>>;
}

export interface Results {
  readonly header: ResultsHeader;
  readonly records: readonly AnswerRecord[];
}

/** One line of a results file, with its line feed. */
export function formatResultsLine(line: ResultsHeader | AnswerRecord): string {
  return `${JSON.stringify(line)}\n`;
}

/**
 * Reads a results file of JSON lines. A last line without a line feed was cut off in the middle and does not count.
 *
 * @throws EvaluationError `NOT_RESULTS` if the text is something else.
 */
export function parseResults(text: string): Results {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const [header, ...records] = lines.map((line, index) => parseLine(line, index + 1));
  const { type, version } = (header ?? {}) as Partial<ResultsHeader>;
  if (type !== 'beltline-evaluation') {
    throw new EvaluationError('NOT_RESULTS', 'the first line is not that of an evaluation');
  }
  if (version !== 1) {
    throw new EvaluationError('NOT_RESULTS', `expected results of version 1, got version ${version}`);
  }
  return { header: header as unknown as ResultsHeader, records: records as unknown as AnswerRecord[] };
}

function parseLine(line: string, number: number): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw new EvaluationError('NOT_RESULTS', `line ${number} is not JSON`, { cause });
  }
  throw new EvaluationError('NOT_RESULTS', `line ${number} is not an object`);
}

/**
 * Makes sure that results may be gone on with.
 *
 * @throws EvaluationError `SETTINGS_CHANGED`, which names what differs.
 */
export function requireSameSettings(before: EvaluationSettings, now: EvaluationSettings): void {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const show = (value: EvaluationSettings[string]) => (value === undefined ? 'not set' : String(value));
  const changes = names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => `${name} (${show(before[name])}, now ${show(now[name])})`);
  if (changes.length === 0) return;
  throw new EvaluationError('SETTINGS_CHANGED', `the results that are there differ in ${changes.join(', ')}`);
}
