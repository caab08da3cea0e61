import { Template } from '@huggingface/jinja';
import { isRecord } from './component.ts';
import { TokenizerError } from './tokenizer-error.ts';

/** One turn of a conversation; templates know the roles `system`, `user` and `assistant`. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

export interface ChatTemplateOptions {
  /** Ends the text where the assistant's answer begins. */
  readonly addGenerationPrompt: boolean;
  /** More names for the template, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * Finds the template: chat_template.jinja first, then tokenizer_config.json; undefined where there is none.
 *
 * @throws TokenizerError `INVALID_TEMPLATE` if it is a list without one named `default`.
 */
export function findTemplate(jinja: string | undefined, tokenizerConfig: unknown): string | undefined {
  if (jinja !== undefined) return jinja;
  const template = isRecord(tokenizerConfig) ? (tokenizerConfig.chat_template ?? undefined) : undefined;
  if (template === undefined || typeof template === 'string') return template;
  const named: unknown[] = Array.isArray(template) ? template : [];
  const chosen = named.filter(isRecord).find(({ name }) => name === 'default');
  if (typeof chosen?.template === 'string') return chosen.template;
  throw new TokenizerError(
    'INVALID_TEMPLATE',
    'chat_template of tokenizer_config.json must be a string or a list with one named "default"; ' +
      'put the template to use into chat_template.jinja',
  );
}

/** Compiles a Jinja template. */
export function createTemplateRenderer(
  source: string,
): (variables: Readonly<Record<string, unknown>>) => string {
  const template = compile(source);
  return (variables) => {
    try {
      return template.render({ ...variables });
    } catch (cause) {
      throw failure('TEMPLATE_FAILED', 'the chat template refused these messages', cause);
    }
  };
}

function compile(source: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    throw failure('INVALID_TEMPLATE', 'the chat template is not valid Jinja', cause);
  }
}

function failure(code: 'INVALID_TEMPLATE' | 'TEMPLATE_FAILED', what: string, cause: unknown): TokenizerError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TokenizerError(code, `${what}: ${reason}`, { cause });
}
