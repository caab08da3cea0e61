import { detectLanguage, formatInstructions } from '@beltline/format';
import type { ChatMessage, Tokenizer } from '@beltline/tokenizer';
import { DecoderError } from './errors.ts';

/** A question, a conversation that ends with the user's turn, or token ids that are taken as they are. */
export type Prompt = string | readonly ChatMessage[] | { readonly tokens: readonly number[] };

/** How the model comes to write the format: it was trained on it, or it is told in the prompt. */
export type FormatKnowledge = 'trained' | 'instructions';

/**
 * Token ids of a prompt in the model's chat format.
 *
 * @throws DecoderError `EMPTY_PROMPT`.
 */
export function encodePrompt(tokenizer: Tokenizer, prompt: Prompt, knowledge: FormatKnowledge): number[] {
  const tokens =
    'tokens' in Object(prompt)
      ? [...(prompt as { tokens: readonly number[] }).tokens]
      : encodeMessages(tokenizer, prompt as string | readonly ChatMessage[], knowledge);
  if (tokens.length === 0) throw emptyPrompt();
  return tokens;
}

function encodeMessages(
  tokenizer: Tokenizer,
  prompt: string | readonly ChatMessage[],
  knowledge: FormatKnowledge,
): number[] {
  const messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
  const last = messages.at(-1);
  if (!last || last.content.trim() === '') throw emptyPrompt();
  const content =
    knowledge === 'trained'
      ? last.content
      : `${last.content}\n\n${formatInstructions(detectLanguage(last.content))}`;
  const text = tokenizer.applyChatTemplate([...messages.slice(0, -1), { ...last, content }], {
    addGenerationPrompt: true,
  });
  return tokenizer.encode(text);
}

function emptyPrompt(): DecoderError {
  return new DecoderError('EMPTY_PROMPT', 'the prompt is empty: ask something');
}
