import { requireRange } from '../require-range.ts';
import type { LogitsProcessor } from './logits-processor.ts';

/** What makes tokens more or less likely, before the temperature. */
export interface PenaltyOptions {
  /**
   * Above 1, tokens that the answer has already are made less likely: positive logits are divided by it, negative ones
   * multiplied. Default 1.
   */
  readonly repetitionPenalty?: number;
  /** Taken off a token's logit for each time that the answer has it. Default 0. */
  readonly frequencyPenalty?: number;
  /** Taken off a token's logit once if the answer has it. Default 0. */
  readonly presencePenalty?: number;
  /** Added to the logits of these token ids; -Infinity rules one out. */
  readonly logitBias?: Readonly<Record<number, number>>;
}

/**
 * Makes what applies bias and penalties, one for each line, or undefined if there are none.
 *
 * A line's penalties count the answer's tokens that it sees, never the prompt's. Tokens in `exempt` (markers, end tokens)
 * are not penalised: a format cannot be written without repeating them.
 *
 * @throws RangeError if an option is out of its range.
 */
export function createPenalties(
  options: PenaltyOptions,
  exempt: ReadonlySet<number>,
): (() => LogitsProcessor) | undefined {
  const { repetitionPenalty = 1, frequencyPenalty = 0, presencePenalty = 0, logitBias = {} } = options;
  requireRange('repetitionPenalty', repetitionPenalty, 'a number above 0', repetitionPenalty > 0);
  requireRange('frequencyPenalty', frequencyPenalty, 'a number', Number.isFinite(frequencyPenalty));
  requireRange('presencePenalty', presencePenalty, 'a number', Number.isFinite(presencePenalty));
  const biases = Object.entries(logitBias).map(([token, bias]) => [Number(token), bias] as const);
  for (const [token, bias] of biases) {
    requireRange('a token of logitBias', token, 'an id', Number.isInteger(token) && token >= 0);
    requireRange(`logitBias of token ${token}`, bias, 'a number or -Infinity', bias < Infinity);
  }

  const penalises = repetitionPenalty !== 1 || frequencyPenalty !== 0 || presencePenalty !== 0;
  if (!penalises && biases.length === 0) return undefined;
  return () => {
    const counts = new Map<number, number>();
    let counted = 0;
    return (logits, tokens) => {
      while (penalises && counted < tokens.length) {
        const token = tokens[counted++]!;
        if (!exempt.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
      }
      for (const [token, count] of counts) {
        const logit = logits[token]!;
        const repeated = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
        logits[token] = repeated - count * frequencyPenalty - presencePenalty;
      }
      for (const [token, bias] of biases) if (token < logits.length) logits[token]! += bias;
    };
  };
}
