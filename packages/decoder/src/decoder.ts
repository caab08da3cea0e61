import type { LanguageModel } from '@beltline/backend';
import { markers } from '@beltline/format';
import type { Tokenizer } from '@beltline/tokenizer';
import { decodeAnswer } from './decode.ts';
import { createDrafting } from './drafts/drafts.ts';
import { DecoderError } from './errors.ts';
import { createFork, type Fork } from './fork/fork.ts';
import { type ForkBranch, type ForkOptions, resolveBranches } from './fork/fork-options.ts';
import { forkCapacity, startBranches } from './fork/fork-start.ts';
import { createGeneration, type Generation } from './generation.ts';
import { createMeter } from './meter.ts';
import { type GenerateOptions, requireDrafts, resolveBudget, resolveOptions } from './options.ts';
import { encodeFormat } from './outline/format-tokens.ts';
import { createOutlineConstraint } from './outline/outline-constraint.ts';
import { createReferenceConstraint } from './outline/reference-constraint.ts';
import { type PrefillOptions, readPrefix } from './prefill.ts';
import {
  createPrefixCache,
  type Prefix,
  type PrefixCacheOptions,
  resolvePrefixCache,
} from './prefix-cache.ts';
import { encodePrompt, type FormatKnowledge, type Prompt } from './prompt.ts';
import { atLeastOne } from './require-range.ts';
import { retryWithRoom } from './retry-with-room.ts';
import type { FormatRun, Run } from './run.ts';
import { createSamplers } from './sampling/sampler.ts';

/** What a decoder is made of. */
export interface DecoderOptions {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  /** `instructions` (the default) explains the format in the prompt, `trained` leaves the prompt alone. */
  readonly format?: FormatKnowledge;
  readonly prefixCache?: PrefixCacheOptions;
}

/** Answers prompts with one model. Several generations at once are fine: their forward passes take turns. */
export interface Decoder {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  /**
   * Starts an answer; nothing runs before its events or its result are asked for.
   *
   * Reading it throws `DecoderError` for an empty or too long prompt and for logits that are no numbers,
   * `BackendError` if the model fails or was disposed, and the signal's reason when it aborts.
   *
   * @throws TypeError or RangeError for options that make no sense.
   */
  generate(prompt: Prompt, options?: GenerateOptions): Generation;
  /**
   * Decodes branches that the program knows beforehand, all at once over one shared prefix; nothing runs before something
   * is read.
   *
   * Reading throws what reading a generation throws.
   *
   * @param prefix as the prompt of an answer, without format instructions.
   * @param branches at least one.
   * @throws TypeError or RangeError for options that make no sense.
   *
   * @example
   * const fork = decoder.fork('Which name is best for a bakery?', names.map((name) => ({ prompt: `${name}:`, stop: ['\n'] })));
   * const verdicts = await fork.results();
   * const { text } = await fork.join('The best name is').result();
   */
  fork(prefix: Prompt, branches: readonly ForkBranch[], options?: ForkOptions): Fork;
  /**
   * Reads a prompt and holds it in memory, until the prefix is disposed, for all prompts that begin as it does.
   *
   * @throws DecoderError `EMPTY_PROMPT`, `PROMPT_TOO_LONG`; BackendError; the signal's reason.
   * @throws TypeError or RangeError for options that make no sense.
   *
   * @example
   * const prefix = await decoder.prefill(documents);
   * const answers = await Promise.all(questions.map((question) => decoder.generate(`${documents}\n${question}`).result()));
   * prefix.dispose();
   */
  prefill(prompt: Prompt, options?: PrefillOptions): Promise<Prefix>;
  /** Frees the model. A generation under way fails with `DISPOSED` at its next forward pass. */
  dispose(): Promise<void>;
}

/**
 * Makes a decoder from a model and its tokenizer.
 *
 * @throws DecoderError `TOKENIZER_MISMATCH` if the tokenizer knows ids that the model does not.
 *
 * @example
 * const decoder = createDecoder({ model, tokenizer });
 * for await (const event of decoder.generate('Compare the three offers.')) {
 *   if (event.type === 'branch-delta') console.log(event.branch, event.text);
 * }
 */
export function createDecoder({
  model,
  tokenizer,
  format = 'instructions',
  prefixCache = {},
}: DecoderOptions): Decoder {
  if (tokenizer.vocabularySize > model.shape.vocabularySize) {
    throw new DecoderError(
      'TOKENIZER_MISMATCH',
      `the tokenizer knows ${tokenizer.vocabularySize} tokens, the model only ${model.shape.vocabularySize}: they do not belong together`,
    );
  }
  const vocabulary = encodeFormat(tokenizer);
  const exempt = new Set([
    ...tokenizer.endTokens,
    ...Object.values(vocabulary).flat(),
    ...tokenizer.encode(markers.titleEnd, { place: 'middle' }),
  ]);
  const constraints = {
    grammar: createOutlineConstraint(tokenizer),
    reference: createReferenceConstraint(vocabulary),
  };

  const prefixes = createPrefixCache(model, resolvePrefixCache(prefixCache));
  const running = retryWithRoom(model, prefixes);
  const { shape } = model;
  return {
    model,
    tokenizer,
    generate(prompt, options = {}) {
      const resolved = resolveOptions(options);
      const createSampler = createSamplers(options, exempt);
      return createGeneration((cancelled) => {
        options.signal?.throwIfAborted();
        const promptTokens = encodePrompt(tokenizer, prompt, format, options);
        const capacity = Math.min(resolved.kvBudget, shape.contextLength);
        requireRoom(promptTokens.length, capacity);
        const opened = prefixes.open(promptTokens, capacity);
        const run: FormatRun = {
          model: running,
          cache: opened.cache,
          tokenizer,
          vocabulary,
          options: resolved,
          signal: options.signal,
          meter: createMeter(),
          drafting: resolved.drafts === 'off' ? undefined : createDrafting(promptTokens),
          cancelled,
          createSampler,
          outlineConstraint:
            typeof resolved.outlineConstraint === 'function'
              ? resolved.outlineConstraint
              : constraints[resolved.outlineConstraint],
        };
        return decodeAnswer(run, opened, promptTokens);
      });
    },
    fork(prefix, branches, options = {}) {
      const resolved = resolveBranches(branches, options, exempt);
      const chunkSize = atLeastOne('chunkSize', options.chunkSize ?? 256);
      const kvBudget = resolveBudget(options.kvBudget);
      const drafts = requireDrafts(options.drafts ?? 'off');
      return createFork({
        tokenizer,
        size: branches.length,
        sampling: options,
        exempt,
        open(cancelled) {
          options.signal?.throwIfAborted();
          const prefixTokens = encodePrompt(tokenizer, prefix, 'trained', options);
          const starts = startBranches(tokenizer, resolved);
          for (const { tokens } of starts) {
            requireRoom(prefixTokens.length + tokens.length, Math.min(kvBudget, shape.contextLength));
          }
          const wanted = forkCapacity(prefixTokens, starts, shape.contextLength);
          const opened = prefixes.open(prefixTokens, Math.min(kvBudget, wanted));
          const run: Run = {
            model: running,
            cache: opened.cache,
            tokenizer,
            options: { maxTokens: Infinity, chunkSize, trace: options.trace ?? false },
            signal: options.signal,
            meter: createMeter(),
            drafting: drafts === 'off' ? undefined : createDrafting(prefixTokens),
            cancelled,
          };
          return { run, opened, prefix: prefixTokens, starts };
        },
      });
    },
    async prefill(prompt, options = {}) {
      const { signal, onProgress } = options;
      const chunkSize = atLeastOne('chunkSize', options.chunkSize ?? 256);
      signal?.throwIfAborted();
      const promptTokens = encodePrompt(tokenizer, prompt, format, options);
      requireRoom(promptTokens.length, shape.contextLength);
      const opened = prefixes.open(promptTokens, promptTokens.length);
      const run: Run = {
        model: running,
        cache: opened.cache,
        tokenizer,
        options: { maxTokens: Infinity, chunkSize, trace: false },
        signal,
        meter: createMeter(),
        cancelled: new Set(),
      };
      return readPrefix(run, opened, promptTokens, onProgress);
    },
    dispose: () => model.dispose(),
  };
}

/** @param room tokens that the context and the cache have room for. */
function requireRoom(promptTokens: number, room: number): void {
  if (promptTokens < room) return;
  throw new DecoderError(
    'PROMPT_TOO_LONG',
    `the prompt is ${promptTokens} tokens long; the model's context and kvBudget leave room for at most ${room - 1}`,
  );
}
