import { ban } from '../sampling/logits-processor.ts';
import type { FormatTokens } from './format-tokens.ts';
import type { OutlineConstraint } from './outline-constraint.ts';

/** What the paper's script rules out: a marker as the first token, and `####` right after a forced `####`. */
export function createReferenceConstraint({ step, end, afterTitle }: FormatTokens): OutlineConstraint {
  const isForced = (tokens: readonly number[]) =>
    afterTitle.every((token, index) => tokens[tokens.length - afterTitle.length + index] === token);
  return () => (logits, tokens) => {
    if (tokens.length === 0) ban(logits, [step[0]!, end[0]!]);
    else if (isForced(tokens)) ban(logits, [step[0]!]);
  };
}
