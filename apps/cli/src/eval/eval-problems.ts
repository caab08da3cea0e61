import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { EvaluationProblem } from '@beltline/evaluation';
import { createProblems, type ProblemFamily, type ReadProblem, readProblems } from '@beltline/tasks';
import { CliError } from '../errors.ts';
import type { EvalOptions } from './eval-command.ts';

const allTasks: readonly ProblemFamily[] = ['retrieval', 'documents', 'planning'];
const defaultSeed = 1000;
const defaultCount = 30;

/** Problems, and how they came about: what a second start must have in common with the first. */
export interface EvalProblems {
  readonly problems: readonly EvaluationProblem[];
  readonly source: Readonly<Record<string, string | number | readonly string[] | undefined>>;
}

/**
 * Makes the problems that the command line asks for, or reads them.
 *
 * @throws CliError `USAGE`, `UNREADABLE_PROMPT`; TasksError for lines of a file that are no problems.
 */
export async function loadProblems(options: EvalOptions): Promise<EvalProblems> {
  const { problems, source } =
    options.file === undefined ? generate(options) : await read(options, options.file);
  return { problems, source: { ...source, digest: digestOf(problems) } };
}

function generate({ tasks = allTasks, ...options }: EvalOptions): EvalProblems {
  const { count = defaultCount, seed = defaultSeed, items, difficulty, language, kind } = options;
  const chosen = {
    ...(items && { items }),
    ...(difficulty && { difficulty }),
    ...(language && { language }),
    ...(kind && { kind }),
  };
  try {
    const problems = tasks.flatMap((family) =>
      createProblems({ family, seed, count, ...chosen }).map((problem) => ({
        id: problem.id,
        task: family,
        prompt: problem.prompt,
        scorable: problem,
      })),
    );
    const shown = { ...chosen, items: items && `${items.min}-${items.max}` };
    return { problems: interleave(problems, tasks.length), source: { tasks, count, seed, ...shown } };
  } catch (error) {
    if (error instanceof RangeError) throw new CliError('USAGE', error.message, { cause: error });
    throw error;
  }
}

/** The first problem of each task, then the second: an evaluation that is stopped has something of all. */
function interleave<T>(groups: readonly T[], count: number): T[] {
  const size = groups.length / count;
  return groups.map((_, index) => groups[(index % count) * size + Math.floor(index / count)]!);
}

async function read(options: EvalOptions, file: string): Promise<EvalProblems> {
  const given = (['tasks', 'items', 'difficulty', 'language', 'kind', 'seed'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (given) throw new CliError('USAGE', `--${given} is for generated problems and does not go with --file`);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CliError('UNREADABLE_PROMPT', `cannot read ${file}: ${cause.message}`, { cause });
  });
  const read = readProblems(text).slice(0, options.count);
  if (read.length === 0) throw new CliError('EMPTY_PROMPT', `${file} has no problems`);
  return { problems: withDistinctIds(read, file), source: { file: basename(file), count: options.count } };
}

/** Data sets of others may number their parts each from the start. */
function withDistinctIds(read: readonly ReadProblem[], file: string): EvaluationProblem[] {
  const isDistinct = new Set(read.map(({ id }) => id)).size === read.length;
  return read.map((problem, index) => ({
    id: isDistinct ? problem.id : `${problem.id} (problem ${index + 1})`,
    task: problem.family === 'data-set' ? basename(file, extname(file)) : problem.family,
    prompt: problem.prompt,
    scorable: problem,
  }));
}

function digestOf(problems: readonly EvaluationProblem[]): string {
  const hash = createHash('sha256');
  for (const { id, prompt, scorable } of problems)
    hash.update(JSON.stringify([id, prompt, scorable.goldKeys]));
  return hash.digest('hex').slice(0, 16);
}
