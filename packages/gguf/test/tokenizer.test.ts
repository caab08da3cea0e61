import { GgufError, openGguf, readGgufTokenizer } from '@beltline/gguf';
import { createTokenizer } from '@beltline/tokenizer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bool,
  float32s,
  int32s,
  sourceOf,
  string,
  strings,
  uint32,
  type Value,
  writeGguf,
} from './gguf-writer.ts';

async function read(metadata: Readonly<Record<string, Value>>) {
  const prefixed = Object.entries(metadata).map(([key, value]) => [`tokenizer.ggml.${key}`, value]);
  return readGgufTokenizer(await openGguf(sourceOf(writeGguf({ metadata: Object.fromEntries(prefixed) }))));
}

const bytes = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

describe('a SentencePiece vocabulary', () => {
  const pieces = [
    '▁',
    'a',
    'b',
    'c',
    '▁a',
    'ab',
    'bc',
    'aa',
    'abc',
    '▁ab',
    'ca',
    'cab',
    '▁b',
    'bb',
    'é',
    '世',
    '界',
    '世界',
  ];
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces, '\n\n', '__proto__'];
  // Longer pieces are not always better, and two have the same score.
  const scores = tokens.map((text, id) => (id < 259 ? 0 : -((id * 7) % 19) - (text === 'bc' ? 0.5 : 0)));
  const metadata = (changes: Readonly<Record<string, Value>> = {}) => ({
    model: string('llama'),
    tokens: strings(tokens),
    scores: float32s(scores),
    token_type: int32s(
      tokens.map((text, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : text === '\n\n' ? 4 : 1)),
    ),
    bos_token_id: uint32(1),
    eos_token_id: uint32(2),
    unknown_token_id: uint32(0),
    ...changes,
  });

  /** llama.cpp's way: neighbours whose joint text is the token of the best score are joined, the first ones first. */
  function merge(text: string): number[] {
    let symbols = [...text];
    while (true) {
      let best: { at: number; score: number } | undefined;
      for (let at = 0; at + 1 < symbols.length; at++) {
        const id = tokens.indexOf(symbols[at]! + symbols[at + 1]!);
        if (id >= 0 && (best === undefined || scores[id]! > best.score)) best = { at, score: scores[id]! };
      }
      if (best === undefined) break;
      symbols = symbols.toSpliced(best.at, 2, symbols[best.at]! + symbols[best.at + 1]!);
    }
    return symbols.flatMap((symbol) => {
      const id = tokens.indexOf(symbol);
      return id >= 0 ? [id] : [...Buffer.from(symbol)].map((byte) => 3 + byte);
    });
  }

  test.each([true, false])('merges by score, with a space before the text: %s', async (hasPrefix) => {
    const tokenizer = createTokenizer(await read(metadata({ add_space_prefix: bool(hasPrefix) })));
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ' ', 'é', '世', '界', 'x'), {
      minLength: 1,
      maxLength: 14,
    });
    fc.assert(
      fc.property(text, (characters) => {
        const text = characters.join('');
        const ids = tokenizer.encode(text);
        expect(ids).toEqual(merge((hasPrefix ? '▁' : '') + text.replaceAll(' ', '▁')));
        expect(tokenizer.decode(ids)).toBe(text);
      }),
      { seed: 3, numRuns: 400 },
    );
  });

  test('special tokens are cut out, tokens of the user too, and bytes become characters again', async () => {
    const tokenizer = createTokenizer(await read(metadata({ add_space_prefix: bool(false) })));
    expect(tokenizer.encode('a</s>b\n\nb')).toEqual([
      ...merge('a'),
      2,
      ...merge('b'),
      tokens.indexOf('\n\n'),
      ...merge('b'),
    ]);
    expect(tokenizer.encode('</s>', { special: 'text' })).not.toContain(2);
    expect(tokenizer.decode(tokenizer.encode('🚀 </s>__proto__'))).toBe('🚀 __proto__');
    expect(tokenizer.endTokens).toEqual([2]);
  });

  test('the first token stands before a conversation without a template', async () => {
    const hello = [{ role: 'user', content: 'ab' }];
    const render = async (changes: Readonly<Record<string, Value>>) =>
      createTokenizer(await read(metadata(changes))).applyChatTemplate(hello, { addGenerationPrompt: true });
    expect(await render({})).toBe('<s>ab');
    expect(await render({ add_bos_token: bool(false) })).toBe('ab');
  });
});

describe('a byte-level vocabulary', () => {
  const printable = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  const tokens = [...printable, 'Ġ', 'Ċ', '12', '123', 'Ġ1', '<|eot_id|>', '<|im_end|>', '<tool>'];
  const metadata = (changes: Readonly<Record<string, Value>> = {}) => ({
    model: string('gpt2'),
    pre: string('smollm'),
    tokens: strings(tokens),
    token_type: int32s(tokens.map((text) => (text.startsWith('<|') ? 3 : text === '<tool>' ? 4 : 1))),
    merges: strings(['Ġ 1', '1 2', '12 3']),
    ...changes,
  });
  const spell = async (changes: Readonly<Record<string, Value>>, text: string) =>
    createTokenizer(await read(metadata(changes)))
      .encode(text)
      .map((id) => tokens[id]);

  test.each<[string, string[]]>([
    ['gpt-2', ['a', 'Ġ1', '2', '3', 'Ċ']],
    ['smollm', ['a', 'Ġ', '1', '2', '3', 'Ċ']],
    ['llama-bpe', ['a', 'Ġ', '123', 'Ċ']],
    ['qwen2', ['a', 'Ġ', '1', '2', '3', 'Ċ']],
  ])('is cut before merging as %s does', async (pre, expected) => {
    expect(await spell({ pre: string(pre) }, 'a 123\n')).toEqual(expected);
  });

  test('a piece that is a token stays whole for llama-bpe, even if no merge makes it', async () => {
    expect(await spell({ pre: string('llama-bpe'), merges: strings([]) }, '12')).toEqual(['12']);
    expect(await spell({ pre: string('qwen2'), merges: strings([]) }, '12')).toEqual(['1', '2']);
  });

  test('every token that ends a turn is an end token, and special; tokens of the user are not', async () => {
    const tokenizer = createTokenizer(
      await read(metadata({ eos_token_id: uint32(tokens.indexOf('<|eot_id|>')) })),
    );
    expect(tokenizer.endTokens.map((id) => tokens[id])).toEqual(['<|eot_id|>', '<|im_end|>']);
    expect(tokenizer.isSpecial(tokens.indexOf('<tool>'))).toBe(false);
    expect(tokenizer.decode(tokenizer.encode('a<tool><|im_end|>b'))).toBe('a<tool>b');
  });
});

test.each<[string, Record<string, Value>, string, RegExp]>([
  ['another kind', { model: string('t5'), tokens: strings(['a']) }, 'UNSUPPORTED_TOKENIZER', /"t5"/],
  [
    'an unknown way to cut',
    { model: string('gpt2'), pre: string('chameleon'), tokens: strings(['a']), merges: strings([]) },
    'UNSUPPORTED_TOKENIZER',
    /"chameleon"/,
  ],
  [
    'no way to cut',
    { model: string('gpt2'), tokens: strings(['a']), merges: strings([]) },
    'UNSUPPORTED_TOKENIZER',
    /"default"/,
  ],
  ['no tokens', { model: string('gpt2') }, 'INVALID_METADATA', /tokenizer\.ggml\.tokens/],
  [
    'tokens that are numbers',
    { model: string('gpt2'), tokens: int32s([1]) },
    'INVALID_METADATA',
    /a list of texts/,
  ],
  [
    'too few scores',
    { model: string('llama'), tokens: strings(['a', 'b']), scores: float32s([1]) },
    'INVALID_METADATA',
    /list of 2/,
  ],
  [
    'an end token that is none',
    { model: string('llama'), tokens: strings(['a']), scores: float32s([1]), eos_token_id: uint32(7) },
    'INVALID_METADATA',
    /eos_token_id/,
  ],
])('%s is refused', async (_, metadata, code, message) => {
  const error = await read(metadata).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GgufError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a token beyond the vocabulary that nothing needs counts as missing', async () => {
  const roles = ['padding', 'unknown', 'eot', 'eom'];
  const beyond = Object.fromEntries(roles.map((role) => [`${role}_token_id`, uint32(7)]));
  const files = await read({
    model: string('llama'),
    tokens: strings(['a']),
    scores: float32s([1]),
    ...beyond,
  });
  expect(files).toMatchObject({ tokenizerConfig: {}, generationConfig: { eos_token_id: [] } });
  expect(createTokenizer(files).encode('a', { place: 'middle' })).toEqual([0]);
});
