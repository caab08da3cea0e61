import type { Precision } from '@beltline/node';
import { type Command, Option } from 'commander';
import type { Environment } from '../environment.ts';
import { count, countsOf } from '../option-values.ts';
import { precisions, wideOption } from '../precisions.ts';
import { type ShapeName, shapeNames } from './model-shapes.ts';

/** The options of `beltline bench` as they were given. */
export interface BenchOptions {
  readonly model?: string;
  readonly shape?: ShapeName;
  readonly precision?: Precision;
  readonly wide?: boolean;
  readonly threads?: number;
  readonly context?: number;
  readonly rows: readonly number[];
  readonly branches: number;
  readonly branchTokens: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Declares `beltline bench`, whose code is loaded when it is called. */
export function addBenchCommand(program: Command, environment: Environment): void {
  const command = program.command('bench').description('measure how fast a model is on this machine');
  for (const [title, options] of Object.entries(createOptions())) {
    command.optionsGroup(title);
    for (const option of options) command.addOption(option);
  }
  command.addHelpText('after', examples).action(async (options: BenchOptions) => {
    const { benchModel } = await import('./bench-model.ts');
    await benchModel(options, environment);
  });
}

function createOptions(): Record<string, Option[]> {
  const option = (flags: string, description: string) => new Option(flags, description);
  return {
    'Model:': [
      option('-m, --model <name>', 'embedded model, local folder, GGUF file or owner/name'),
      option('--shape <name>', 'random weights in the shape of a model (default: "SmolLM2-135M")').choices(
        shapeNames,
      ),
      option('--precision <name>', 'of a graph that is built (default: "int4")').choices(precisions),
      wideOption(),
      option('--threads <count>', 'threads of one forward pass (default: fits the machine)').argParser(
        count(1),
      ),
    ],
    'Measurement:': [
      option(
        '--context <count>',
        'tokens before each step (default: 1000, or what the model has room for)',
      ).argParser(count(1)),
      option('--rows <list>', 'widths of the lock steps')
        .argParser(countsOf(1))
        .default([1, 2, 4, 8, 10, 16, 32, 64], '1,2,4,8,10,16,32,64'),
      option('--branches <count>', 'branches of the whole answers').argParser(count(1)).default(10),
      option('--branch-tokens <count>', 'tokens of each branch').argParser(count(1)).default(32),
      option('--rounds <count>', 'most rounds; each measures everything, steps four times')
        .argParser(count(1))
        .default(5),
      option('--seconds <count>', 'begin no round that would not end in this time; one always runs')
        .argParser(count(1))
        .default(50),
    ],
    'Output:': [
      option('--json', 'write everything as one line of JSON'),
      option('-q, --quiet', 'no progress and no notes'),
      option('--no-color', 'no colours'),
      option('--debug', 'show where an error comes from'),
    ],
  };
}

const examples = `
Examples:
  $ beltline bench
  $ beltline bench --shape Qwen2.5-0.5B --rows 1,10 --threads 2
  $ beltline bench --model HuggingFaceTB/SmolLM2-135M-Instruct --context 4000
  $ beltline bench --json | jq '.answers[] | {mode, speedup}'

Ctrl-C shows what has been measured so far. A graph with random weights is built in the temporary folder (TMPDIR) and
removed at the end.`;
