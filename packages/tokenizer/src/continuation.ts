import { type Component, partsOf } from './component.ts';
import { toPortablePreTokenizer } from './portable-pre-tokenizer.ts';
import type { TokenizerJson } from './tokenizer-json.ts';

/**
 * The same tokenizer for text that goes on from other text: nothing is put before it.
 *
 * SentencePiece-like tokenizers begin every text with a space, which must not come again in the middle.
 */
export function withoutPrefix(json: TokenizerJson): TokenizerJson {
  const preTokenizer = json.pre_tokenizer && withoutPrefixSpace(json.pre_tokenizer);
  return {
    ...json,
    normalizer: json.normalizer && withoutPrepend(json.normalizer),
    pre_tokenizer: preTokenizer && toPortablePreTokenizer(preTokenizer),
  };
}

function withoutPrepend(normalizer: Component): Component | null {
  if (normalizer.type === 'Prepend') return null;
  if (normalizer.type !== 'Sequence') return normalizer;
  const parts = partsOf(normalizer, 'normalizers').map(withoutPrepend);
  return { ...normalizer, normalizers: parts.filter((part) => part !== null) };
}

function withoutPrefixSpace(preTokenizer: Component): Component {
  switch (preTokenizer.type) {
    case 'Sequence':
      return {
        ...preTokenizer,
        pretokenizers: partsOf(preTokenizer, 'pretokenizers').map(withoutPrefixSpace),
      };
    case 'Metaspace':
      return { ...preTokenizer, add_prefix_space: false, prepend_scheme: 'never' };
    case 'ByteLevel':
      return { ...preTokenizer, add_prefix_space: false };
    default:
      return preTokenizer;
  }
}
