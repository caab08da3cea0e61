import type { Vocabulary } from './vocabulary.ts';

/** tokenizer.json of a SentencePiece BPE, which has scores in place of merges. */
export function sentencePieceTokenizer(vocabulary: Vocabulary): Record<string, unknown> {
  const { fields, tokens, ids, added } = vocabulary;
  const scores = fields.numbers('scores', tokens.length);
  const hasPrefix = fields.boolean('add_space_prefix', true);
  const toMark = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const toSpace = { type: 'Replace', pattern: { String: '▁' }, content: ' ' };
  const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 };
  const decoders = [toSpace, { type: 'ByteFallback' }, { type: 'Fuse' }, ...(hasPrefix ? [strip] : [])];
  const prepend = { type: 'Prepend', prepend: '▁' };
  return {
    added_tokens: added,
    normalizer: hasPrefix ? { type: 'Sequence', normalizers: [prepend, toMark] } : toMark,
    pre_tokenizer: null,
    decoder: { type: 'Sequence', decoders },
    model: {
      type: 'BPE',
      vocab: ids,
      merges: mergesOf(tokens, ids, scores),
      unk_token: vocabulary.named('unknown')?.text ?? null,
      fuse_unk: true,
      byte_fallback: true,
    },
  };
}

/**
 * Every way to make a token of two others, the best token first.
 *
 * SentencePiece merges the neighbours whose joint token has the best score; merges in this order do the same.
 */
function mergesOf(
  tokens: readonly string[],
  ids: Readonly<Record<string, number>>,
  scores: ArrayLike<number>,
): [string, string][] {
  const merges: { score: number; left: number; right: number }[] = [];
  for (const [id, token] of tokens.entries()) {
    let cut = 0;
    for (const character of token) {
      cut += character.length;
      if (cut === token.length) break;
      const left = idOf(ids, token.slice(0, cut));
      const right = left === undefined ? undefined : idOf(ids, token.slice(cut));
      if (right !== undefined) merges.push({ score: scores[id]!, left: left!, right });
    }
  }
  merges.sort((a, b) => b.score - a.score || a.left - b.left || a.right - b.right);
  return merges.map(({ left, right }) => [tokens[left]!, tokens[right]!]);
}

function idOf(ids: Readonly<Record<string, number>>, text: string): number | undefined {
  return Object.hasOwn(ids, text) ? ids[text] : undefined;
}
