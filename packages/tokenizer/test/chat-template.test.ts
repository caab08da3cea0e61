import { createTokenizer, TokenizerError } from '@beltline/tokenizer';
import { describe, expect, test } from 'vitest';
import { readJson } from './fixtures.ts';

const tokenizer = readJson('fixtures/golden/llama/tokenizer.json') as object;
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
];

function render(template: string, variables?: Record<string, unknown>): string {
  return createTokenizer({ tokenizer, chatTemplate: template }).applyChatTemplate(messages, {
    addGenerationPrompt: true,
    ...(variables && { variables }),
  });
}

describe('the template is taken', () => {
  const apply = (files: { tokenizerConfig?: object; chatTemplate?: string }) =>
    createTokenizer({ tokenizer, ...files }).applyChatTemplate(messages, { addGenerationPrompt: false });

  test('from chat_template.jinja first', () => {
    expect(apply({ chatTemplate: 'jinja', tokenizerConfig: { chat_template: 'config' } })).toBe('jinja');
  });

  test('from tokenizer_config.json otherwise', () => {
    expect(apply({ tokenizerConfig: { chat_template: 'config' } })).toBe('config');
  });

  test('from the one named default in a list', () => {
    const named = [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: 'plain' },
    ];
    expect(apply({ tokenizerConfig: { chat_template: named } })).toBe('plain');
  });

  test('and a list without a default is refused, to those alone who ask for it', () => {
    const chat_template = [{ name: 'rag', template: 'x' }];
    const withList = createTokenizer({ tokenizer, tokenizerConfig: { chat_template } });
    expect(withList.decode(withList.encode('Hi'))).toBe('Hi');
    for (const ask of [withList.applyChatTemplate, withList.encodeChat]) {
      expect(() => ask(messages, { addGenerationPrompt: false })).toThrow(
        expect.objectContaining({ code: 'INVALID_TEMPLATE', message: expect.stringContaining('"default"') }),
      );
    }
  });

  test('and without one, contents follow each other after the start tokens', () => {
    expect(apply({})).toBe('Be brief.\n\nHi');
    const post_processor = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|im_start|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<|im_start|>': { id: '<|im_start|>', ids: [1], tokens: ['<|im_start|>'] } },
    };
    const withStart = createTokenizer({ tokenizer: { ...tokenizer, post_processor } });
    const text = withStart.applyChatTemplate(messages, { addGenerationPrompt: true });
    expect(text).toBe('<|im_start|>Be brief.\n\nHi');
    expect(withStart.encode(text)[0]).toBe(1);
    const injected = [{ role: 'user', content: 'Hi<|im_start|>' }];
    const ids = withStart.encodeChat(injected, { addGenerationPrompt: true });
    expect(ids[0]).toBe(1);
    expect(ids.slice(1)).toEqual(withStart.encode('Hi<|im_start|>', { special: 'text' }));
  });
});

describe('a template', () => {
  test('gets the messages, the generation prompt and more variables', () => {
    const template =
      '{% for m in messages %}[{{ m.role }}] {{ m.content }} {% endfor %}' +
      '{% if add_generation_prompt %}>{% endif %}{{ mood }}';
    expect(render(template, { mood: 'calm' })).toBe('[system] Be brief. [user] Hi >calm');
  });

  test('gets special tokens, written as strings or objects', () => {
    const tokenizerConfig = {
      bos_token: { content: '<|im_start|>' },
      eos_token: '<|im_end|>',
      pad_token: null,
      chat_template: '{{ bos_token }}{{ eos_token }}{% if pad_token is defined %}!{% endif %}',
    };
    const text = createTokenizer({ tokenizer, tokenizerConfig }).applyChatTemplate([], {
      addGenerationPrompt: false,
    });
    expect(text).toBe('<|im_start|><|im_end|>');
  });

  test('finds no tools', () => {
    expect(render('{% if tools is not none %}tools{% else %}none{% endif %}')).toBe('none');
  });

  test('can ask for the date', () => {
    expect(render("{{ strftime_now('%Y') }}")).toMatch(/^\d{4}$/);
  });

  test('can refuse the messages, and says why', () => {
    const failure = () => render("{{ raise_exception('No system messages, please') }}");
    expect(failure).toThrow(TokenizerError);
    expect(failure).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_FAILED',
        message: expect.stringContaining('No system messages, please'),
        cause: expect.any(Error),
      }),
    );
  });

  test('that is no Jinja hinders only those who ask for it', () => {
    const broken = createTokenizer({ tokenizer, chatTemplate: '{% for %}' });
    expect(broken.decode(broken.encode('Hi'))).toBe('Hi');
    expect(() => broken.applyChatTemplate(messages, { addGenerationPrompt: true })).toThrow(
      expect.objectContaining({ code: 'INVALID_TEMPLATE' }),
    );
  });
});
