import { type Component, partsOf, patternOf } from './component.ts';
import { unsupported } from './tokenizer-error.ts';

/**
 * The regex of the byte-level pre-tokenizer, the one of GPT-2. The library has it built in with
 * JavaScript's `\s`, which counts U+FEFF as white space and U+0085 not; spelled as a Split it is
 * translated right.
 */
const BYTE_LEVEL_REGEX = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * Rewrites a pre-tokenizer where `@huggingface/tokenizers` 0.2 splits otherwise than the original Rust
 * library: the byte-level regex, and the Split behaviours it treats as if they were `Isolated`.
 */
export function toPortablePreTokenizer(preTokenizer: Component): Component {
  switch (preTokenizer.type) {
    case 'Sequence':
      return {
        ...preTokenizer,
        pretokenizers: partsOf(preTokenizer, 'pretokenizers').map(toPortablePreTokenizer),
      };
    case 'ByteLevel':
      return (preTokenizer.use_regex ?? true) && !preTokenizer.add_prefix_space
        ? {
            type: 'Sequence',
            pretokenizers: [isolated(BYTE_LEVEL_REGEX), { ...preTokenizer, use_regex: false }],
          }
        : preTokenizer;
    case 'Split':
      return portableSplit(preTokenizer);
    default:
      return preTokenizer;
  }
}

function portableSplit(split: Component): Component {
  const { Regex, String: literal } = patternOf(split);
  const regex = Regex ?? (literal ?? '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // Text up to the next match; an inverted split swaps matches and the text between them.
  const rest = `(?:(?!${regex})[\\s\\S])`;
  switch (split.behavior) {
    case 'Removed':
      return split;
    case 'Isolated':
      // Both kinds of pieces are kept, so swapping them changes nothing; the library would drop one kind.
      return split.invert ? { ...split, invert: false } : split;
    case 'Contiguous':
      return split.invert ? isolated(`${rest}+`) : isolated(`(?:${regex})+`);
    case 'MergedWithPrevious':
      if (!split.invert) return isolated(`${rest}*(?:${regex})|${rest}+`);
      break;
    case 'MergedWithNext':
      if (!split.invert) return isolated(`(?:${regex})${rest}*`);
      break;
  }
  throw unsupported(`a Split pre-tokenizer with behavior ${JSON.stringify(split.behavior)} is not supported`);
}

function isolated(regex: string): Component {
  return { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false };
}
