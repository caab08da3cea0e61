import type { Precision } from '@beltline/node';
import { type Command, Option } from 'commander';
import type { Environment } from '../environment.ts';
import { precisions } from '../precisions.ts';

export interface InspectOptions {
  readonly precision?: Precision;
  readonly json?: boolean;
  readonly color: boolean;
}

/** Declares `beltline inspect`, whose code is loaded when it is called. */
export function addInspectCommand(program: Command, environment: Environment): void {
  program
    .command('inspect')
    .description('show what a model is, and whether its steps can be decoded at once')
    .argument(
      '[model]',
      'embedded model, local folder, .onnx or .gguf file, or owner/name on the Hugging Face hub',
    )
    .addOption(new Option('--precision <name>', 'which of several weights to look at').choices(precisions))
    .option('--json', 'write the report as one line of JSON')
    .option('--no-color', 'no colours')
    .addHelpText('after', examples)
    .action(async (model: string | undefined, options: InspectOptions) => {
      const { inspect } = await import('./inspect.ts');
      await inspect(model, options, environment);
    });
}

const examples = `
Examples:
  $ beltline inspect ./my-export
  $ beltline inspect --json ./my-export | jq .beltReady`;
