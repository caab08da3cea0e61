import { type Component, partsOf, patternOf } from './component.ts';
import { unsupported } from './tokenizer-error.ts';

/**
 * A decoder of tokenizer.json, taken apart so that it works token by token: each token gives bytes, the
 * bytes of all tokens in a row are UTF-8, and some leading characters are dropped from the text.
 */
export interface TokenDecoder {
  /** UTF-8 bytes of one token; `first` when no token came before it. A character may end in a later token. */
  bytes(token: string, first: boolean): Uint8Array;
  /** At most `count` leading characters equal to `character` are dropped from the decoded text. */
  readonly leading: { readonly character: string; readonly count: number };
}

/** One step of the chain: text goes on to the next step, bytes are final. */
type Step = (token: string, first: boolean) => string | Uint8Array;

const utf8 = new TextEncoder();

/** Compiles the "decoder" of tokenizer.json; without one, tokens are joined by a space as in the original. */
export function createTokenDecoder(decoder: Component | null): TokenDecoder {
  const steps: Step[] = [];
  let leading = { character: '', count: 0 };
  let fused = false;
  for (const part of decoder ? flatten(decoder) : []) {
    if (part.type === 'Strip' && fused && !part.stop && leading.count === 0) {
      leading = { character: String(part.content), count: Number(part.start) };
    } else if (part.type === 'Fuse') {
      fused = true;
    } else if (fused) {
      throw unsupported(`the decoder "${part.type}" after "Fuse" is not supported`);
    } else {
      steps.push(step(part));
    }
  }
  if (decoder === null) steps.push((token, first) => (first ? token : ` ${token}`));
  return {
    leading,
    bytes(token, first) {
      let value: string | Uint8Array = token;
      for (const apply of steps) {
        if (typeof value !== 'string') break;
        value = apply(value, first);
      }
      return typeof value === 'string' ? utf8.encode(value) : value;
    },
  };
}

function flatten(decoder: Component): Component[] {
  return decoder.type === 'Sequence' ? partsOf(decoder, 'decoders').flatMap(flatten) : [decoder];
}

function step(decoder: Component): Step {
  switch (decoder.type) {
    case 'ByteLevel':
      return byteLevelBytes;
    case 'ByteFallback':
      return byteFallbackBytes;
    case 'Metaspace':
      return metaspace(decoder);
    case 'Replace': {
      const { String: pattern } = patternOf(decoder);
      if (pattern === undefined) throw unsupported('the decoder "Replace" with a regex is not supported');
      return (token) => token.replaceAll(pattern, () => String(decoder.content));
    }
    default:
      throw unsupported(`the decoder "${decoder.type}" is not supported`);
  }
}

function byteFallbackBytes(token: string): string | Uint8Array {
  const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token);
  return byte ? Uint8Array.of(Number.parseInt(byte[1]!, 16)) : token;
}

/** The first token loses its spaces: the encoder put one there, unless its scheme is "never". */
function metaspace({ replacement = '▁', prepend_scheme = 'always' }: Component): Step {
  return (token, first) =>
    token.replaceAll(String(replacement), first && prepend_scheme !== 'never' ? '' : ' ');
}

/** Byte-level tokens spell bytes as printable characters; anything else is an added token's plain text. */
function byteLevelBytes(token: string): string | Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let index = 0; index < token.length; index++) {
    const byte = BYTE_OF_CHARACTER.get(token[index]!);
    if (byte === undefined) return token;
    bytes[index] = byte;
  }
  return bytes;
}

const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = byteAlphabet();

/** GPT-2's alphabet: printable Latin-1 stands for itself, the other 68 bytes for U+0100 and on, in order. */
function byteAlphabet(): Map<string, number> {
  const alphabet = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    alphabet.set(String.fromCharCode(printable ? byte : next++), byte);
  }
  return alphabet;
}
