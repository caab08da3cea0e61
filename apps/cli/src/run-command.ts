import type { Decoder, GenerateOptions, GenerationResult } from '@beltline/node';
import { describeComparison, drawComparison } from './comparison-table.ts';
import type { Environment } from './environment.ts';
import { describeResult } from './notes.ts';
import type { ReadPrompt } from './prompt-source.ts';
import { createRenderer } from './render/create-renderer.ts';
import { sizeOf } from './render/live-screen.ts';
import type { Renderer, RunName } from './render/renderer.ts';
import { createStyle, hasColors } from './render/style.ts';
import { wrapText } from './render/wrap.ts';
import type { RunOptions } from './run-options.ts';
import { drawStatistics } from './statistics-table.ts';

/**
 * Answers one prompt: the answer goes to the standard output, all about it to the standard error.
 *
 * @throws what loading and decoding throw; what was decoded until then has been written.
 */
export async function runCommand(
  prompt: ReadPrompt,
  options: RunOptions,
  environment: Environment,
): Promise<void> {
  const renderer = createRenderer(prompt, options, environment);
  const results: GenerationResult[] = [];
  try {
    renderer.loading();
    const decoder = await load(options, environment, renderer);
    try {
      if (options.mode === 'compare') {
        renderer.warmingUp();
        await warmUp(decoder, prompt.text, environment.signal);
      }
      for (const run of runsOf(options.mode)) {
        results.push(await generate(decoder, run, { prompt, options, environment, renderer }));
      }
    } finally {
      await decoder.dispose();
    }
  } finally {
    renderer.close();
  }
  if (!options.quiet && !options.json) report(results, options, environment);
}

function load(
  { model, precision, wide, threads, format }: RunOptions,
  environment: Environment,
  renderer: Renderer,
) {
  return environment.loadDecoder(model, {
    ...(precision && { precision }),
    ...(wide && { wide }),
    ...(threads !== undefined && { threads }),
    ...(format && { format }),
    signal: environment.signal,
    onProgress: (progress) => renderer.loading(progress),
  });
}

function runsOf(mode: RunOptions['mode']): RunName[] {
  return mode === 'compare' ? ['sequential', 'parallel'] : [mode];
}

/** Longest time for the warm-up, in ms: of small models whole answers, of large ones a few passes. */
const warmUpTime = 500;

/**
 * Answers the same prompt in both modes: the first passes of a process are slower, while code is compiled and memory is
 * allocated, and that would count against whichever run comes first.
 */
async function warmUp(decoder: Decoder, prompt: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + warmUpTime;
  for (const mode of ['parallel', 'sequential', 'parallel'] as const) {
    if (performance.now() > end) return;
    for await (const _ of decoder.generate(prompt, { mode, signal })) if (performance.now() > end) break;
  }
}

interface Context {
  readonly prompt: ReadPrompt;
  readonly options: RunOptions;
  readonly environment: Environment;
  readonly renderer: Renderer;
}

/** Options that the decoder has defaults for, where they were given. */
function given(options: RunOptions): GenerateOptions {
  const names = [
    'maxBranches',
    'maxBlocks',
    'maxTitleTokens',
    'outlineConstraint',
    'verify',
    'drafts',
    'stop',
    'minP',
    'repetitionPenalty',
    'frequencyPenalty',
    'presencePenalty',
  ] as const;
  return Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}

async function generate(decoder: Decoder, mode: RunName, context: Context): Promise<GenerationResult> {
  const { prompt, options, environment, renderer } = context;
  const { join, temperature, topK, topP, seed, maxTokens, maxBranchTokens, thinking } = options;
  const generateOptions: GenerateOptions = {
    mode,
    join,
    temperature,
    topK,
    topP,
    maxTokens,
    maxBranchTokens,
    signal: environment.signal,
    ...(seed !== undefined && { seed }),
    ...given(options),
    ...(!thinking && { templateVariables: { enable_thinking: false } }),
  };
  const generation = decoder.generate(prompt.text, generateOptions);
  renderer.start(mode);
  try {
    for await (const event of generation) renderer.event(event);
  } finally {
    renderer.end();
  }
  return generation.result();
}

function report(results: readonly GenerationResult[], options: RunOptions, environment: Environment): void {
  const { stderr, env } = environment;
  const { columns } = sizeOf(stderr);
  const style = createStyle({ colors: hasColors({ stream: stderr, env, wanted: options.color }) });
  const notes = results
    .flatMap(describeResult)
    .flatMap((note) => wrapText(`Note: ${note}.`, columns))
    .map(style.yellow);
  const [first, second] = results;
  const comparison = second && { sequential: first!, parallel: second };
  const parts = [
    notes,
    comparison
      ? drawComparison(comparison, { style, columns })
      : drawStatistics(first!.statistics, { style, columns }),
    comparison ? describeComparison(comparison, { style, columns }) : [],
  ];
  for (const lines of parts.filter(({ length }) => length > 0)) stderr.write(`\n${lines.join('\n')}\n`);
}
