import { detectLanguage, formatInstructions } from '@beltline/format';
import type { ChatMessage, Tokenizer } from '@beltline/tokenizer';
import { DecoderError } from './errors.ts';

/** A question, a conversation that ends with the user's turn, or token ids that are taken as they are. */
export type Prompt = string | readonly ChatMessage[] | { readonly tokens: readonly number[] };

/** How a prompt is put into the model's chat format. */
export interface PromptOptions {
  /** More names for the chat template, such as `{ enable_thinking: false }` for Qwen 3. */
  readonly templateVariables?: Readonly<Record<string, unknown>>;
}

/** Text or token ids that go on from what stands before them; text is taken as it is, without any chat format. */
export type Continuation = string | { readonly tokens: readonly number[] };

/** How the model comes to write the format: it was trained on it, or it is told in the prompt. */
export type FormatKnowledge = 'trained' | 'instructions';

/**
 * Token ids of a prompt in the model's chat format.
 *
 * @throws TypeError if it is no prompt; DecoderError `EMPTY_PROMPT`.
 */
export function encodePrompt(
  tokenizer: Tokenizer,
  prompt: Prompt,
  knowledge: FormatKnowledge,
  { templateVariables }: PromptOptions = {},
): number[] {
  if (isTokens(prompt)) {
    if (prompt.tokens.length === 0) throw emptyPrompt();
    return [...prompt.tokens];
  }
  const messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
  requireMessages(messages);
  const last = messages.at(-1);
  if (!last || last.content.trim() === '') throw emptyPrompt();
  return tokenizer.encodeChat(knowledge === 'trained' ? messages : withInstructions(messages), {
    addGenerationPrompt: true,
    ...(templateVariables && { variables: templateVariables }),
  });
}

/** Explains the format in the user's first turn: a conversation's next prompt then begins as the one before it did. */
function withInstructions(messages: readonly ChatMessage[]): ChatMessage[] {
  const first = messages.findIndex(({ role }) => role === 'user');
  return messages.map((message, index) => {
    if (index !== first) return message;
    const { content } = message;
    return { ...message, content: `${content}\n\n${formatInstructions(detectLanguage(content))}` };
  });
}

function isTokens(prompt: Prompt): prompt is { readonly tokens: readonly number[] } {
  return typeof prompt === 'object' && prompt !== null && 'tokens' in prompt && Array.isArray(prompt.tokens);
}

function requireMessages(messages: unknown): asserts messages is readonly ChatMessage[] {
  if (!Array.isArray(messages)) {
    throw new TypeError(`a prompt must be a string, messages, or { tokens }, got ${describe(messages)}`);
  }
  for (const [index, message] of messages.entries()) {
    if (typeof message?.role !== 'string' || typeof message.content !== 'string') {
      throw new TypeError(
        `message ${index} must have a role and a content that are strings, got ${describe(message)}`,
      );
    }
  }
  const last = messages.at(-1);
  if (last && last.role !== 'user') {
    throw new TypeError(`a conversation must end with the user's turn, got the role "${last.role}"`);
  }
}

function describe(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value).slice(0, 80);
}

function emptyPrompt(): DecoderError {
  return new DecoderError('EMPTY_PROMPT', 'the prompt is empty: ask something');
}

/** Token ids of text that goes on from other text; special tokens spelled out in it are plain text. */
export function encodeContinuation(tokenizer: Tokenizer, continuation: Continuation): number[] {
  if (typeof continuation === 'string') {
    return tokenizer.encode(continuation, { special: 'text', place: 'middle' });
  }
  return [...continuation.tokens];
}
