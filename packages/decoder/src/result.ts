import { parseAnswer } from '@beltline/format';
import type { Branch } from './branch-stage.ts';
import type { FallbackReason, FinishReason, GenerationResult, Verification } from './events.ts';
import type { FormatRun } from './run.ts';

/** What the stages leave behind. */
export interface Decoded {
  readonly mode: GenerationResult['mode'];
  /** Token ids of the answer, `[token]`. */
  readonly tokens: readonly number[];
  readonly finishReason: FinishReason;
  readonly fallback?: FallbackReason;
  readonly branches: readonly Branch[];
  readonly verification?: Verification;
}

/** Puts the answer together. */
export function createResult(run: FormatRun, decoded: Decoded): GenerationResult {
  const { mode, tokens, finishReason, fallback, verification } = decoded;
  const text = run.tokenizer.decode(tokens);
  return {
    text,
    tokens,
    document: parseAnswer(text, { maxDepth: run.options.maxDepth }),
    finishReason,
    mode,
    ...(fallback && { fallback }),
    branches: decoded.branches.map((branch) => ({
      block: branch.block,
      ...(branch.parent !== undefined && { parent: branch.parent }),
      title: branch.title,
      text: branch.body.trim(),
      finishReason: branch.finishReason,
    })),
    ...(verification && { verification }),
    statistics: run.meter.total(tokens.length),
  };
}
