import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import {
  evaluate,
  keyOf,
  type Results,
  type ResultsHeader,
  summarize,
  writeReport,
} from '@beltline/evaluation';
import { DEFAULT_MODEL } from '@beltline/node';
import type { Environment } from '../environment.ts';
import { describeMachine } from '../machine.ts';
import { sizeOf } from '../render/live-screen.ts';
import { createStyle, hasColors } from '../render/style.ts';
import { drawSummary } from './draw-summary.ts';
import type { EvalOptions } from './eval-command.ts';
import { type EvalProblems, loadProblems } from './eval-problems.ts';
import { createEvalProgress, type EvalProgress } from './eval-progress.ts';
import { openResults, type ResultsStore } from './results-store.ts';

/**
 * Answers problems in several modes and reports what came of it; what an earlier start has answered is not answered again.
 *
 * @throws what loading and decoding throw; what was answered until then is in the folder, with a report; where nothing was, it is
 *   left as it is.
 */
export async function evalModel(options: EvalOptions, environment: Environment): Promise<void> {
  const problems = await loadProblems(options);
  const store = await openResults(options.output, createHeader(options, problems), {
    fresh: options.fresh === true,
  });
  try {
    await answerAll(problems, store, options, environment);
  } finally {
    await store.close();
    if (store.results.records.length > 0) await report(store.results, options, environment);
  }
}

function createHeader(options: EvalOptions, { problems, source }: EvalProblems): ResultsHeader {
  const { model = DEFAULT_MODEL, precision, wide, threads, modes, maxTokens, maxBranchTokens } = options;
  const decoding = {
    maxTokens,
    maxBranchTokens,
    wide: wide ? 'yes' : undefined,
    thinking: options.thinking ? undefined : 'no',
  };
  return {
    type: 'beltline-evaluation',
    version: 1,
    settings: { model, precision, threads, modes, problems: problems.length, ...source, ...decoding },
    startedAt: new Date().toISOString(),
    machine: { ...describeMachine(), 'load before': loadavg()[0]!.toFixed(1) },
  };
}

async function answerAll(
  { problems }: EvalProblems,
  store: ResultsStore,
  options: EvalOptions,
  environment: Environment,
): Promise<void> {
  const { modes, maxTokens, maxBranchTokens, quiet = false } = options;
  const { records } = store.results;
  const total = problems.length * modes.length;
  if (records.length >= total) return;
  const { signal } = environment;
  const progress = createEvalProgress({ environment, quiet, modes, total, records });
  try {
    const decoder = await load(options, environment, progress);
    try {
      const done = new Set(records.map(keyOf));
      const limits = { maxTokens, maxBranchTokens };
      const template = options.thinking ? {} : { templateVariables: { enable_thinking: false } };
      const evaluation = evaluate(decoder, problems, { modes, limits, done, signal, ...template });
      for await (const record of evaluation) {
        await store.add(record);
        progress.answered(record);
      }
    } finally {
      await decoder.dispose();
    }
  } finally {
    progress.close();
  }
}

function load(
  { model, precision, wide, threads }: EvalOptions,
  environment: Environment,
  progress: EvalProgress,
) {
  progress.loading();
  return environment.loadDecoder(model, {
    ...(precision && { precision }),
    ...(wide && { wide }),
    ...(threads !== undefined && { threads }),
    // What one mode has read must not be another one's head start.
    prefixCache: { maxTokens: 0 },
    signal: environment.signal,
    onProgress: (state) => progress.loading(state),
  });
}

/** The files hold all there is; the terminal shows the table. */
async function report(results: Results, options: EvalOptions, environment: Environment): Promise<void> {
  const { header, records } = results;
  const tasks = summarize(records, header.settings.modes);
  const complete = tasks.at(-1)?.problems ?? 0;
  const { type: _, ...about } = header;
  const summary = { ...about, complete, tasks };
  const page = join(options.output, 'report.html');
  await writeFile(join(options.output, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  await writeFile(page, writeReport(results));

  const { stdout, stderr, env } = environment;
  if (options.json) {
    stdout.write(`${JSON.stringify(summary)}\n`);
  } else if (tasks.length > 0) {
    const style = createStyle({ colors: hasColors({ stream: stdout, env, wanted: options.color }) });
    stdout.write(`${drawSummary(tasks, { style, columns: sizeOf(stdout).columns }).join('\n')}\n`);
  }
  if (options.quiet) return;
  const { problems } = header.settings;
  if (complete < problems) {
    stderr.write(
      `${complete} of ${problems} problems are answered; the same command goes on with the others.\n`,
    );
  }
  stderr.write(`Report: ${page}\n`);
}
