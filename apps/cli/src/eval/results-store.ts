import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AnswerRecord,
  EvaluationError,
  formatResultsLine,
  parseResults,
  type Results,
  type ResultsHeader,
  requireSameSettings,
} from '@beltline/evaluation';

/** The results of an evaluation in a folder, which grow answer by answer. */
export interface ResultsStore {
  /** All answers so far, those of earlier starts included. */
  readonly results: Results;
  /** Nothing is written before the first of these, so that a start that fails leaves the folder as it was. */
  add(record: AnswerRecord): Promise<void>;
  close(): Promise<void>;
}

const fileName = 'results.jsonl';

/**
 * Opens the results in a folder to go on with them, or to begin new ones.
 *
 * @param options.fresh whether results that are there are given up.
 * @throws EvaluationError `SETTINGS_CHANGED`, `NOT_RESULTS`; both say what to do.
 */
export async function openResults(
  folder: string,
  header: ResultsHeader,
  { fresh }: { readonly fresh: boolean },
): Promise<ResultsStore> {
  const path = join(folder, fileName);
  const before = fresh ? undefined : await readResults(path, header);
  const records = [...(before?.records ?? [])];
  const results = { header: before?.header ?? header, records };
  let file: FileHandle | undefined;

  /** Writes all anew beside the file: an answer that was cut off in the middle must go before others follow. */
  async function begin(): Promise<FileHandle> {
    await mkdir(folder, { recursive: true });
    await writeFile(`${path}.part`, [results.header, ...records].map(formatResultsLine).join(''));
    await rename(`${path}.part`, path);
    return open(path, 'a');
  }

  return {
    results,
    async add(record) {
      file ??= await begin();
      await file.appendFile(formatResultsLine(record));
      records.push(record);
    },
    async close() {
      await file?.close();
    },
  };
}

async function readResults(path: string, { settings }: ResultsHeader): Promise<Results | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const results = parseResults(text);
    requireSameSettings(results.header.settings, settings);
    return results;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const advice = 'choose another folder with --output, or start anew with --fresh';
    throw new EvaluationError(error.code, `${path}: ${error.message}; ${advice}`, { cause: error });
  }
}
