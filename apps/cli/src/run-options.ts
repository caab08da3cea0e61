import type { Precision } from '@beltline/node';
import { type Command, Option } from 'commander';
import { CliError } from './errors.ts';
import {
  aboveZero,
  anyNumber,
  atLeastZero,
  count,
  integer,
  number,
  share,
  shareOrZero,
  textAfter,
} from './option-values.ts';
import { precisions, wideOption } from './precisions.ts';

/** The options of `beltline run` as they were given; the decoder has the defaults of the others. */
export interface RunOptions {
  readonly file?: string;
  readonly model?: string;
  readonly precision?: Precision;
  readonly wide?: boolean;
  readonly threads?: number;
  readonly format?: 'trained' | 'instructions';
  readonly mode: 'parallel' | 'sequential' | 'compare';
  readonly join: 'recompute' | 'reuse';
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed?: number;
  readonly maxTokens: number;
  readonly maxBranchTokens: number;
  readonly maxBranches?: number;
  readonly maxBlocks?: number;
  readonly maxTitleTokens?: number;
  readonly outlineConstraint?: 'grammar' | 'reference';
  readonly verify?: 'off' | 'report' | 'repair';
  readonly drafts?: 'off' | 'lookup';
  readonly stop?: readonly string[];
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly thinking: boolean;
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly debug?: boolean;
}

/** Declares the options on a command. */
export function addRunOptions(command: Command): Command {
  for (const [title, options] of Object.entries(createOptions())) {
    command.optionsGroup(title);
    for (const option of options) command.addOption(option);
  }
  return command;
}

/** @throws CliError `USAGE` for options that do not go together, before a model is loaded for them. */
export function requireFitting({ verify = 'off', join, temperature, topK }: RunOptions): void {
  if (verify === 'off') return;
  if (temperature !== 0 && topK !== 1) {
    throw new CliError('USAGE', `--verify ${verify} is for greedy decoding, without --temperature`);
  }
  if (join === 'reuse') throw new CliError('USAGE', `--verify ${verify} needs --join recompute`);
}

function createOptions(): Record<string, Option[]> {
  const option = (flags: string, description: string) => new Option(flags, description);
  return {
    'Prompt and model:': [
      option('-f, --file <path>', 'read the prompt from a file'),
      option(
        '-m, --model <name>',
        'embedded model, folder, GGUF file or owner/name on the hub (default: "tiny", embedded)',
      ),
      option('--precision <name>', 'of a graph built from a checkpoint (default: "int4")').choices(
        precisions,
      ),
      wideOption(),
      option(
        '--format <name>',
        'how the model knows the format of parallel answers (default: as its folder says, or "instructions")',
      ).choices(['trained', 'instructions']),
      option('--threads <count>', 'threads of one forward pass (default: fits the machine)').argParser(
        count(1),
      ),
    ],
    'Decoding:': [
      option('--mode <name>', 'how to decode')
        .choices(['parallel', 'sequential', 'compare'])
        .default('parallel'),
      option('--join <name>', 'how the conclusion sees the steps')
        .choices(['recompute', 'reuse'])
        .default('recompute'),
      option('--max-tokens <count>', 'most tokens to decode').argParser(count(1)).default(2048),
      option('--max-branch-tokens <count>', 'most tokens of one step').argParser(count(1)).default(512),
      option('--max-branches <count>', 'most steps (default: 64)').argParser(count(1)),
      option('--max-blocks <count>', 'most blocks of steps (default: 8)').argParser(count(1)),
      option('--max-title-tokens <count>', 'most tokens of a title (default: 64)').argParser(count(1)),
      option('--outline-constraint <name>', 'what titles may be (default: "grammar")').choices([
        'grammar',
        'reference',
      ]),
      option('--verify <name>', 'hold steps against decoding in order (default: "off")').choices([
        'off',
        'report',
        'repair',
      ]),
      option('--drafts <name>', 'guess what repeats: fewer passes, the same answer (default: "off")').choices(
        ['off', 'lookup'],
      ),
      option('--stop <text>', 'ends a step or the answer; may be given several times').argParser(textAfter),
      option('--no-thinking', 'ask the chat template for an answer without thinking first (Qwen 3)'),
    ],
    'Sampling:': [
      option('--temperature <number>', '0 takes the likeliest token')
        .argParser(number(atLeastZero))
        .default(0),
      option('--top-k <count>', 'only the k likeliest tokens; 0: all').argParser(count(0)).default(0),
      option('--top-p <share>', 'only the likeliest tokens up to this share')
        .argParser(number(share))
        .default(1),
      option('--min-p <share>', 'only tokens this likely beside the likeliest').argParser(
        number(shareOrZero),
      ),
      option('--repetition-penalty <number>', 'above 1: what is there already is less likely').argParser(
        number(aboveZero),
      ),
      option('--frequency-penalty <number>', 'the more often it is there').argParser(number(anyNumber)),
      option('--presence-penalty <number>', 'once it is there').argParser(number(anyNumber)),
      option('--seed <integer>', 'makes sampling repeatable (default: a random one)').argParser(integer),
    ],
    'Output:': [
      option('--json', 'write every event as one line of JSON'),
      option('--raw', 'write the answer with its markers, once it is complete'),
      option('-q, --quiet', 'no statistics and no notes'),
      option('--no-color', 'no colours'),
      option('--debug', 'show where an error comes from'),
    ],
  };
}
