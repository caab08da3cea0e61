import { loadavg } from 'node:os';
import type { LanguageModel } from '@beltline/backend';
import {
  type AnswerShape,
  measureSpeed,
  type SpeedSample,
  summarizeSpeed,
  tokensOfSpeed,
} from '@beltline/evaluation';
import { parseModelConfig } from '@beltline/graph';
import type { LoadProgress } from '@beltline/node';
import type { Environment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { describeMachine } from '../machine.ts';
import { createLiveScreen, sizeOf } from '../render/live-screen.ts';
import { describeLoading, drawBar } from '../render/status.ts';
import { canMoveCursor, createStyle, hasColors } from '../render/style.ts';
import { fitStart } from '../render/text-width.ts';
import { formatCount } from '../table.ts';
import type { BenchOptions } from './bench-command.ts';
import { drawSpeed } from './draw-speed.ts';
import { modelShapes } from './model-shapes.ts';
import { openRandomModel } from './random-model.ts';

const titleTokens = 4;
const conclusionTokens = 16;
const defaultContext = 1000;

/**
 * Measures a model's speed and reports it, what there is so far if it is interrupted.
 *
 * @throws CliError `USAGE`, and what loading and running a model throw.
 */
export async function benchModel(options: BenchOptions, environment: Environment): Promise<void> {
  if (options.model !== undefined && options.shape !== undefined) {
    throw new CliError('USAGE', '--model and --shape were given: choose one of them');
  }
  const load = loadavg()[0]!;
  const samples: SpeedSample[] = [];
  const progress = createProgress(options, environment);
  let setup: Setup | undefined;
  try {
    progress.loading();
    const model = await openModel(options, environment, progress.loading);
    try {
      setup = createSetup(model, options);
      const { rounds, seconds, rows } = options;
      const limits = { rounds, budget: 1000 * seconds, signal: environment.signal };
      for await (const sample of measureSpeed(model, { ...setup, ...limits, rows })) {
        samples.push(sample);
        progress.measured(samples);
      }
    } finally {
      await model.dispose();
    }
  } finally {
    progress.close();
    if (setup && samples.length > 0) report({ ...setup, samples, load }, options, environment);
  }
}

async function openModel(
  options: BenchOptions,
  { loadDecoder, signal }: Environment,
  onProgress: (progress: LoadProgress) => void,
): Promise<LanguageModel> {
  const { model, shape = 'SmolLM2-135M', precision, wide, threads } = options;
  if (model !== undefined) {
    const chosen = {
      ...(precision && { precision }),
      ...(wide && { wide }),
      ...(threads !== undefined && { threads }),
    };
    return (await loadDecoder(model, { ...chosen, signal, onProgress })).model;
  }
  return openRandomModel({
    config: parseModelConfig(modelShapes[shape]),
    precision: precision ?? 'int4',
    wide,
    threads,
    signal,
    onProgress,
  });
}

/** What is measured on which model. */
interface Setup {
  readonly name: string;
  readonly precision: string;
  readonly context: number;
  readonly answer: AnswerShape;
}

function createSetup({ shape, capabilities }: LanguageModel, options: BenchOptions): Setup {
  const { branches, branchTokens, rows, model, shape: shapeName = 'SmolLM2-135M' } = options;
  const { precision, widePrecision } = capabilities;
  const answer = { branches, branchTokens, titleTokens, conclusionTokens };
  const room = shape.contextLength - tokensOfSpeed({ context: 0, rows, answer });
  const context = options.context ?? Math.min(defaultContext, room);
  if (context > room || room < 1) {
    throw new CliError(
      'USAGE',
      `the model has room for ${shape.contextLength} tokens: ${room < 1 ? 'ask for fewer branches, tokens or rows' : `--context may be at most ${room} beside these branches and rows`}`,
    );
  }
  return {
    name: model ?? `${shapeName}, random weights`,
    precision: widePrecision ? `${precision} (wide passes ${widePrecision})` : precision,
    context,
    answer,
  };
}

interface Progress {
  loading(progress?: LoadProgress): void;
  measured(samples: readonly SpeedSample[]): void;
  close(): void;
}

/** A bar that is drawn over again in a terminal; nothing elsewhere. */
function createProgress(
  { rounds, rows, quiet }: BenchOptions,
  { stderr, env, signal }: Environment,
): Progress {
  const total = rounds * (4 + 4 * rows.length);
  let status = '';
  const draw = ({ columns }: { columns: number }) => [fitStart(status, columns)];
  const screen =
    !quiet && canMoveCursor(stderr, env) ? createLiveScreen({ stream: stderr, signal, draw }) : undefined;
  return {
    loading(progress) {
      status = describeLoading(progress);
      screen?.request();
    },
    measured({ length }) {
      status = `Measuring  ${drawBar(length / total)}  ${length} of at most ${total} times`;
      screen?.request();
    },
    close: () => screen?.clear(),
  };
}

interface Measured extends Setup {
  readonly samples: readonly SpeedSample[];
  /** Load average of the last minute before the start. */
  readonly load: number;
}

function report(measured: Measured, options: BenchOptions, environment: Environment): void {
  const { name, precision, context, answer, samples, load } = measured;
  const { stdout, stderr, env } = environment;
  const machine = describeMachine();
  const summary = summarizeSpeed(samples, { context, answer });
  if (options.json) {
    const { threads } = options;
    const about = { model: name, precision, ...(threads && { threads }), context, answer, machine, load };
    stdout.write(`${JSON.stringify({ ...about, ...summary })}\n`);
    return;
  }
  const style = createStyle({ colors: hasColors({ stream: stdout, env, wanted: options.color }) });
  const { columns } = sizeOf(stdout);
  const threads = options.threads === undefined ? '' : `, ${options.threads} threads`;
  const title = style.bold(`${name}, ${precision}, ${formatCount(context)} tokens of context${threads}`);
  const about = style.dim(
    Object.entries(machine)
      .map(([part, value]) => (part === 'processor' ? value : `${part} ${value}`))
      .join('; '),
  );
  stdout.write(
    `${[title, about, '', ...drawSpeed({ summary, context, answer }, { style, columns })].join('\n')}\n`,
  );
  if (load > 0.5 && !options.quiet) {
    stderr.write(
      `Note: the machine was busy before (load ${load.toFixed(1)}): trust the ratios more than the times.\n`,
    );
  }
}
