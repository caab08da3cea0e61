import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addBenchCommand } from './bench/bench-command.ts';
import type { Environment } from './environment.ts';
import { CliError, exitCodeOf } from './errors.ts';
import { addEvalCommand } from './eval/eval-command.ts';
import { addInspectCommand } from './inspect/inspect-command.ts';
import { addModelsCommands } from './models/models-commands.ts';
import { readPrompt } from './prompt-source.ts';
import { createStyle, hasColors } from './render/style.ts';
import { runCommand } from './run-command.ts';
import { addRunOptions, type RunOptions, requireFitting } from './run-options.ts';

/**
 * Runs the command line `args` (without the program's own name) and resolves with the exit code: 0, 1 for a failure, 2 for
 * a command line that makes no sense, 130 after Ctrl-C, 143 after SIGTERM.
 */
export async function runProgram(args: readonly string[], environment: Environment): Promise<number> {
  try {
    await createProgram(environment).parseAsync(args, { from: 'user' });
    return 0;
  } catch (thrown) {
    const error = environment.signal.aborted ? environment.signal.reason : thrown;
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // No command was named: the help that commander has written says what there is.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const usage = error instanceof CommanderError ? new CliError('USAGE', messageOf(error)) : error;
    report(usage, args, environment);
    return exitCodeOf(usage);
  }
}

function createProgram(environment: Environment): Command {
  const { stdout, stderr, env } = environment;
  const program = new Command('beltline')
    .description('Answers questions with local language models, decoding independent steps at once.')
    .version(version(), '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help about a command')
    .addHelpText('after', programExamples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Failures are reported in one place, below.
      outputError: () => {},
      getOutHelpWidth: () => helpWidth(stdout.columns),
      getErrHelpWidth: () => helpWidth(stderr.columns),
      getOutHasColors: () => hasColors({ stream: stdout, env, wanted: true }),
      getErrHasColors: () => hasColors({ stream: stderr, env, wanted: true }),
    })
    .configureHelp({ styleTitle: createStyle({ colors: true }).bold });

  addRunOptions(
    program
      .command('run')
      .description('answer a prompt')
      .argument('[prompt]', 'the question, or - to read it from the standard input'),
  )
    .addHelpText('after', runExamples)
    .action(async (argument: string | undefined, options: RunOptions) => {
      const { stdin, signal } = environment;
      requireFitting(options);
      const prompt = await readPrompt({ argument, file: options.file, stdin, signal });
      await runCommand(prompt, options, environment);
    });
  addEvalCommand(program, environment);
  addBenchCommand(program, environment);
  addModelsCommands(program, environment);
  addInspectCommand(program, environment);
  return program;
}

const programExamples = `
Examples:
  $ beltline run "Plan a school trip from the aspects of budget, route and food."
  $ beltline run --mode compare --file question.txt
  $ beltline eval --count 100 --items 3-10
  $ beltline bench --shape Qwen2.5-0.5B
  $ beltline run --help`;

const runExamples = `
Examples:
  $ beltline run "Plan a school trip from the aspects of budget, route and food."
  $ beltline run --file question.txt > answer.txt
  $ cat question.txt | beltline run --mode compare
  $ beltline run --model ./my-model --temperature 0.7 --seed 1 "Compare tea and coffee."
  $ beltline run --json "Plan a picnic from the aspects of food and weather." | jq -r 'select(.type == "finish").result.text'

Statistics and notes go to the standard error.
Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.`;

function helpWidth(columns: number | undefined): number {
  return Math.min(columns || 80, 100);
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Says what went wrong: one line for people and, where JSON was asked for, one for programs. */
function report(error: unknown, args: readonly string[], { stdout, stderr, env }: Environment): void {
  if (error instanceof CliError && error.code === 'OUTPUT_CLOSED') return;
  const message = messageOf(error);
  const code = codeOf(error);
  if (args.includes('--json')) {
    stdout.write(`${JSON.stringify({ type: 'error', ...(code && { code }), message })}\n`);
  }
  stderr.write(`beltline: ${message}\n`);
  if (code === 'USAGE') {
    const command = ['run', 'eval', 'bench', 'models', 'inspect'].includes(args[0] ?? '')
      ? ` ${args[0]}`
      : '';
    stderr.write(`Try "beltline${command} --help".\n`);
  }
  if ((args.includes('--debug') || env.BELTLINE_DEBUG) && error instanceof Error) {
    stderr.write(`${error.stack}\n`);
  }
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
