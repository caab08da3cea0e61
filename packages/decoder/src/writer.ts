import { createMarkerScanner } from '@beltline/format';
import type { Tokenizer } from '@beltline/tokenizer';
import type { BranchFinishReason } from './events.ts';
import type { Line } from './line.ts';
import type { LogitsProcessor } from './sampling/logits-processor.ts';
import type { Sampler } from './sampling/sampler.ts';
import { createTokenText } from './token-text.ts';

export interface WriterOptions {
  readonly tokenizer: Tokenizer;
  readonly line: Line;
  readonly sample: Sampler;
  /** Token ids of the answer that the line sees before its own; penalties count them. */
  readonly history?: readonly number[];
  /** Texts that end the writing and are no part of it. */
  readonly stops: readonly string[];
  /** Texts that are no stops although a stop may be a part of them. */
  readonly passes?: readonly string[];
  /** Most tokens to choose, the end token aside. */
  readonly maxTokens: number;
  /** Rules out tokens; it is told those that were chosen here. */
  readonly constraint?: LogitsProcessor | undefined;
  /** `start` if the answer begins here. Default `middle`. */
  readonly place?: 'start' | 'middle';
}

/** Writes on one line: chooses its tokens, finds out what text they make, and knows when to end. */
export interface Writer {
  readonly line: Line;
  /** Text up to the end or to where a stop begins; what may still become a stop is missing. */
  readonly text: string;
  /** Token ids of the answer that the line sees, its own included. */
  readonly history: readonly number[];
  /** Token ids that were chosen, a stop's included, the end token not. */
  readonly chosen: readonly number[];
  readonly endToken: number | undefined;
  readonly finishReason: BranchFinishReason | undefined;
  /** The stop that ended it, if one did. */
  readonly stop: string | undefined;
  /** Chooses the next token from the logits after the line's last one, and returns the text that became certain. */
  take(logits: Float32Array): string;
  /** Goes on with this token, as if it had been chosen here, and returns the text that became certain. */
  accept(token: number): string;
  /** Ends the writing where it is, and returns the text that was held back. */
  finish(reason: BranchFinishReason): string;
  /** Whether tokens of the line are in the cache. */
  readonly holdsSlots: boolean;
  /** All that the line had in the cache is gone: it waits anew from the line's start. */
  restart(): void;
  /** Token ids whose text is exactly `text`. */
  tokens(): number[];
}

export function createWriter(options: WriterOptions): Writer {
  const { tokenizer, line, sample, stops, passes = [], maxTokens, constraint, place = 'middle' } = options;
  const scanner = createMarkerScanner([...stops, ...passes]);
  const tokenText = createTokenText(tokenizer, place);
  const history = [...(options.history ?? [])];
  const start = { position: line.position, tokens: [...line.pending] };
  let text = '';
  let endToken: number | undefined;
  let finishReason: BranchFinishReason | undefined;
  let stop: string | undefined;

  function finish(reason: BranchFinishReason): string {
    const rest = scanner.push(tokenText.flush()).text + scanner.flush();
    text += rest;
    finishReason = reason;
    return rest;
  }

  /** Reads text up to a stop. */
  function scan(piece: string): { delta: string; marker: string | undefined } {
    const { text: delta, marker, rest = '' } = scanner.push(piece);
    if (marker === undefined || !passes.includes(marker)) return { delta, marker };
    const next = scan(rest);
    return { delta: delta + marker + next.delta, marker: next.marker };
  }

  function accept(token: number): string {
    if (tokenizer.endTokens.includes(token)) {
      endToken = token;
      return finish('stop');
    }
    history.push(token);
    const { delta, marker } = scan(tokenText.push(token));
    text += delta;
    if (marker !== undefined) {
      finishReason = 'stop';
      stop = marker;
      return delta;
    }
    line.pending.push(token);
    return tokenText.tokens.length < maxTokens ? delta : delta + finish('length');
  }

  return {
    line,
    get text() {
      return text;
    },
    history,
    chosen: tokenText.tokens,
    get endToken() {
      return endToken;
    },
    get finishReason() {
      return finishReason;
    },
    get stop() {
      return stop;
    },
    take(logits) {
      constraint?.(logits, tokenText.tokens);
      return accept(sample(logits, history));
    },
    accept,
    finish,
    get holdsSlots() {
      return line.position > start.position;
    },
    restart() {
      line.position = start.position;
      line.pending = [...start.tokens, ...tokenText.tokens];
    },
    tokens: () => tokenText.slice(0, text.length),
  };
}
