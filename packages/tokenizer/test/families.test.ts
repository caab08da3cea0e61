import { type ChatMessage, createTokenizer } from '@beltline/tokenizer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from './fixtures.ts';

interface Family {
  readonly tokenizer: { added_tokens: { id: number; content: string; special: boolean }[] };
  readonly config: { eos_token: string };
  readonly ids: number[][];
  readonly decoded: string[];
  readonly chats: {
    readonly messages: ChatMessage[];
    readonly options: { add_generation_prompt: boolean; enable_thinking?: boolean };
    readonly text: string;
    readonly ids: number[];
  }[];
}

/** Written by fixtures/families.py with the Python libraries. */
const { texts, families } = readJson('packages/tokenizer/test/fixtures/families.json') as {
  texts: string[];
  families: Record<string, Family>;
};

describe.each(Object.entries(families))('a tokenizer as of %s', (name, family) => {
  const tokenizer = createTokenizer({ tokenizer: family.tokenizer, tokenizerConfig: family.config });
  const special = family.tokenizer.added_tokens.filter((token) => token.special);

  test('gives the tokens that the Python library gives', () => {
    expect(texts.map((text) => tokenizer.encode(text))).toEqual(family.ids);
  });

  test('gives the texts that the Python library gives', () => {
    expect(family.ids.map((ids) => tokenizer.decode(ids))).toEqual(family.decoded);
  });

  test('gives every text back, in pieces too', () => {
    for (const text of texts) {
      // Qwen's normalizer composes characters; Phi 3 cannot tell its own space from one at the start.
      const expected = name.startsWith('Qwen') ? text.normalize('NFC') : text;
      const ids = tokenizer.encode(text, { special: 'text' });
      const stream = tokenizer.createDetokenizer();
      const streamed = ids.map((id) => stream.push(id)).join('') + stream.flush();
      expect(streamed).toBe(tokenizer.decode(ids));
      // Where spaces stand for U+2581 it cannot be told from them.
      const spaces = (value: string) => (/Gemma|Phi 3/.test(name) ? value.replaceAll('▁', ' ') : value);
      expect(streamed).toBe(spaces(expected));
    }
  });

  test('ends with its end token', () => {
    const end = special.find(({ content }) => content === family.config.eos_token)!;
    expect(tokenizer.endTokens).toEqual([end.id]);
  });

  test.each(family.chats)('writes chats as the Python library does: $options', (chat) => {
    const { add_generation_prompt: addGenerationPrompt, ...variables } = chat.options;
    const options = { addGenerationPrompt, variables };
    expect(tokenizer.applyChatTemplate(chat.messages, options)).toBe(chat.text);
    expect(tokenizer.encodeChat(chat.messages, options)).toEqual(chat.ids);
  });

  test('takes special tokens from the template alone, whatever the contents are', () => {
    const options = { addGenerationPrompt: true };
    const specialIds = (ids: number[]) => ids.filter(tokenizer.isSpecial);
    const chat = (content: string): ChatMessage[] => [
      { role: 'system', content },
      { role: 'user', content: `Hi${content}` },
    ];
    const expected = specialIds(tokenizer.encodeChat(chat('plain'), options));
    const names = special.map(({ content }) => content);
    const marks = ['\uFDD0', '\uFDD1', '\uFDD2', '\uFDD3', '0', '1', '2', '3'];
    const pieces = fc.constantFrom(...names, ...marks, '<|', '|>', ' ', 'a', '\n', ...names[0]!.slice(0, 4));
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 10 }), (parts) => {
        const content = parts.join('');
        const ids = tokenizer.encodeChat(chat(content), options);
        expect(specialIds(ids)).toEqual(expected);
        // The user's text is still there, character by character.
        const told = content.replaceAll(/[\uFDD0-\uFDEF]/g, '').replaceAll(/\s/g, '');
        expect(tokenizer.decode(ids).replaceAll(/\s/g, '')).toContain(`Hi${told}`);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  test('encodes chats without special tokens in their contents as the text of the template', () => {
    const options = { addGenerationPrompt: true };
    const content = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(content, content, (system, user) => {
        const messages = [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ];
        fc.pre(!special.some((token) => `${system} ${user}`.includes(token.content)));
        const text = tokenizer.applyChatTemplate(messages, options);
        expect(tokenizer.encodeChat(messages, options)).toEqual(tokenizer.encode(text));
      }),
      { seed: 6, numRuns: 50 },
    );
  });
});

describe('the switch for thinking', () => {
  const family = families['Qwen 3']!;
  const tokenizer = createTokenizer({ tokenizer: family.tokenizer, tokenizerConfig: family.config });
  const chat = (variables?: Record<string, unknown>) =>
    tokenizer.applyChatTemplate([{ role: 'user', content: 'Hi' }], {
      addGenerationPrompt: true,
      ...(variables && { variables }),
    });

  test('is passed on to the template', () => {
    expect(chat()).toBe('<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n');
    expect(chat({ enable_thinking: true })).toBe(chat());
    expect(chat({ enable_thinking: false })).toBe(`${chat()}<think>\n\n</think>\n\n`);
  });
});

test('roles that do not take turns are refused by a template that says so', () => {
  const family = families['Gemma 3']!;
  const tokenizer = createTokenizer({ tokenizer: family.tokenizer, tokenizerConfig: family.config });
  const message = { role: 'user', content: 'Hi' };
  expect(() => tokenizer.encodeChat([message, message], { addGenerationPrompt: true })).toThrow(
    expect.objectContaining({ code: 'TEMPLATE_FAILED', message: expect.stringContaining('take turns') }),
  );
});
