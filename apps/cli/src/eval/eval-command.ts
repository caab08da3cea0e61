import type { EvaluationMode } from '@beltline/evaluation';
import type { Precision } from '@beltline/node';
import type { Difficulty, ProblemFamily, ProblemKind } from '@beltline/tasks';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Environment } from '../environment.ts';
import { count, integer, listOf } from '../option-values.ts';
import { precisions, wideOption } from '../precisions.ts';

const defaultModes: readonly EvaluationMode[] = ['sequential', 'recompute', 'reuse'];
const modes: readonly EvaluationMode[] = [
  ...defaultModes,
  'sequential+drafts',
  'recompute+drafts',
  'reuse+drafts',
  'paper',
];

/** The options of `beltline eval` as they were given. */
export interface EvalOptions {
  readonly tasks?: readonly ProblemFamily[];
  readonly file?: string;
  readonly count?: number;
  readonly items?: { readonly min: number; readonly max: number };
  readonly difficulty?: Difficulty;
  readonly language?: 'en' | 'zh';
  readonly kind?: ProblemKind;
  readonly seed?: number;
  readonly model?: string;
  readonly precision?: Precision;
  readonly wide?: boolean;
  readonly threads?: number;
  readonly modes: readonly EvaluationMode[];
  readonly maxTokens: number;
  readonly maxBranchTokens: number;
  readonly thinking: boolean;
  readonly output: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Declares `beltline eval`, whose code is loaded when it is called. */
export function addEvalCommand(program: Command, environment: Environment): void {
  const command = program
    .command('eval')
    .description('measure how right and how fast a model is, sequentially and in parallel');
  for (const [title, options] of Object.entries(createOptions())) {
    command.optionsGroup(title);
    for (const option of options) command.addOption(option);
  }
  command.addHelpText('after', examples).action(async (options: EvalOptions) => {
    const { evalModel } = await import('./eval-model.ts');
    await evalModel(options, environment);
  });
}

function createOptions(): Record<string, Option[]> {
  const option = (flags: string, description: string) => new Option(flags, description);
  return {
    'Problems:': [
      option('-t, --tasks <list>', 'retrieval, documents, planning (default: all three)').argParser(
        listOf(['retrieval', 'documents', 'planning']),
      ),
      option('-f, --file <path>', 'JSON lines with prompt and gold_keys instead'),
      option('-n, --count <count>', 'problems of each task, or of the file (default: 30, or all)').argParser(
        count(1),
      ),
      option('--items <range>', 'documents, aspects or resumes of a problem (default: 3-4)').argParser(range),
      option('--difficulty <level>', '1 plain, 2 like the paper, 3 with near misses (default: 1)').argParser(
        difficulty,
      ),
      option('--language <name>', 'of the problems (default: "en")').choices(['en', 'zh']),
      option('--kind <name>', 'one-block, refusal, two-questions, ... (default: "one-block")'),
      option('--seed <integer>', 'other problems for another seed (default: 1000)').argParser(integer),
    ],
    'Model:': [
      option(
        '-m, --model <name>',
        'embedded model, local folder, GGUF file or owner/name (default: "tiny", embedded)',
      ),
      option('--precision <name>', 'of a graph built from a checkpoint').choices(precisions),
      wideOption(),
      option('--threads <count>', 'threads of one forward pass (default: fits the machine)').argParser(
        count(1),
      ),
    ],
    'Decoding:': [
      option('--modes <list>', `some of ${modes.join(', ')}; the first is what the others are compared with`)
        .argParser(listOf(modes))
        .default(defaultModes, defaultModes.join(',')),
      option('--max-tokens <count>', 'most tokens of an answer').argParser(count(1)).default(2048),
      option('--max-branch-tokens <count>', 'most tokens of one step').argParser(count(1)).default(512),
      option('--no-thinking', 'ask the chat template for an answer without thinking first (Qwen 3)'),
    ],
    'Output:': [
      option('-o, --output <folder>', 'where results and report go').default('beltline-eval'),
      option('--fresh', 'start anew, whatever results are there'),
      option('--json', 'write the summary as one line of JSON'),
      option('-q, --quiet', 'no progress and no notes'),
      option('--no-color', 'no colours'),
      option('--debug', 'show where an error comes from'),
    ],
  };
}

function range(text: string): { min: number; max: number } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match) return { min: Number(match[1]), max: Number(match[2] ?? match[1]) };
  throw new InvalidArgumentError('It must be a number, or two with a hyphen such as 3-10.');
}

function difficulty(text: string): Difficulty {
  const level = Number(text);
  if (level === 1 || level === 2 || level === 3) return level;
  throw new InvalidArgumentError('It must be 1, 2 or 3.');
}

const examples = `
Examples:
  $ beltline eval --count 100 --items 3-10
  $ beltline eval --model Qwen/Qwen2.5-0.5B-Instruct --tasks retrieval --items 10 --difficulty 2
  $ beltline eval --file questions.jsonl --modes sequential,recompute
  $ beltline eval --modes sequential,sequential+drafts,paper,recompute,reuse,reuse+drafts
  $ beltline eval --json | jq '.tasks[].comparisons[].speedup.median'

The folder gets results.jsonl (every answer), summary.json and report.html. Stop at any time: the same command goes on
where it stopped. Decoding is greedy. Progress and notes go to the standard error.`;
