import type { ModelPrecision } from '@beltline/models';
import { type Command, Option } from 'commander';
import type { Environment } from '../environment.ts';
import { precisions } from '../precisions.ts';

export interface PullOptions {
  readonly precision?: ModelPrecision;
  readonly wide?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Declares `beltline models` with its commands, whose code is loaded when one of them is called. */
export function addModelsCommands(program: Command, environment: Environment): void {
  const models = program
    .command('models')
    .description('list, download and remove models')
    .addHelpText('after', `${examples}\n${cacheHelp}`);

  models
    .command('list')
    .description('show the models that are here')
    .option('--json', 'write each model as one line of JSON')
    .action(async (options: { json?: boolean }) => {
      const { listModels } = await import('./list-models.ts');
      await listModels(options, environment);
    });

  models
    .command('pull')
    .description('download a model from the Hugging Face hub, or go on with a download')
    .argument('<model>', nameHelp)
    .addOption(
      new Option('--precision <name>', 'which weights to fetch (default: "int4" or the smallest)').choices(
        precisions,
      ),
    )
    .option('--wide', 'weights that can be run with --wide: no finished graphs')
    .option('--verify', 'read all files that are here, to find damage')
    .option('--json', 'write every event as one line of JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', `${pullExamples}\n${cacheHelp}`)
    .action(async (model: string, options: PullOptions) => {
      const { pullCommand } = await import('./pull-command.ts');
      await pullCommand(model, options, environment);
    });

  models
    .command('remove')
    .description('remove a model, or one revision of it, for all tools that share the cache')
    .argument('<model>', nameHelp)
    .addHelpText('after', `\n${cacheHelp}`)
    .action(async (model: string) => {
      const { removeModel } = await import('./find-models.ts');
      await removeModel(model, environment);
    });

  models
    .command('path')
    .description('write where a model lies; it fails if it is not here')
    .argument('<model>', nameHelp)
    .action(async (model: string) => {
      const { writeModelPath } = await import('./find-models.ts');
      await writeModelPath(model, environment);
    });
}

const nameHelp = 'owner/name, owner/name@revision, or owner/name/file.gguf';

const examples = `
Examples:
  $ beltline models pull HuggingFaceTB/SmolLM2-135M-Instruct
  $ beltline run --model HuggingFaceTB/SmolLM2-135M-Instruct "Plan a school trip."
  $ beltline models list
  $ beltline models remove HuggingFaceTB/SmolLM2-135M-Instruct
`;

const pullExamples = `
Examples:
  $ beltline models pull onnx-community/Qwen2.5-0.5B-Instruct --precision int4
  $ beltline models pull Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q4_0.gguf
  $ HF_TOKEN=hf_... beltline models pull google/gemma-3-270m-it

Ctrl-C keeps what has arrived; the next pull goes on from there.
`;

const cacheHelp = `Models lie in the cache of the Hugging Face tools and are shared with them. Environment: HF_TOKEN,
HF_ENDPOINT, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE.`;
