import {
  createDecoder,
  type DecodeEvent,
  type GenerateOptions,
  type GenerationResult,
} from '@beltline/decoder';
import { createByteTokenizer, createScriptedModel } from './scripted-model.ts';

/** What a model wants to write after the text it sees. */
type Respond = (visibleText: string) => string;

export interface Setting {
  readonly tokenizer?: ReturnType<typeof createByteTokenizer>;
  /** Default: what the script says. */
  readonly respond?: Respond;
  readonly contextLength?: number;
}

const bytes = createByteTokenizer();
const prompt = 'Shall I go?';
/** The prompt as a model sees it. */
export const seenPrompt = `${prompt}\n`;

/**
 * Decodes answers that a model knows, from scripts of one kind.
 *
 * @param respondWith makes such a model; `isCausal` as for the join `recompute`.
 */
export function answerScripts<Script>(
  respondWith: (prompt: string, script: Script, isCausal: boolean) => Respond,
  defaults: GenerateOptions = {},
) {
  return (script: Script, options: GenerateOptions = {}, setting: Setting = {}) => {
    const { tokenizer = bytes, contextLength = 4096 } = setting;
    const { respond = respondWith(seenPrompt, script, options.join !== 'reuse') } = setting;
    const model = createScriptedModel({ tokenizer, respond, contextLength });
    return createDecoder({ model, tokenizer, format: 'trained' }).generate(prompt, {
      ...defaults,
      ...options,
    });
  };
}

/** A model that ends where it does not know what it sees: a wrong draft, a block that was closed early. */
export function orEnd(respond: Respond): Respond {
  return (visible) => {
    try {
      return respond(visible);
    } catch {
      return '';
    }
  };
}

/** A model whose outline breaks right after this text. */
export function breakAfter(text: string, respond: Respond): Respond {
  return (visible) => {
    const after = visible.split(text)[1];
    return after !== undefined && 'no\n'.startsWith(after) ? 'no\n'.slice(after.length) : respond(visible);
  };
}

/** Reads all events, to the result. */
export async function collect(
  generation: AsyncIterable<DecodeEvent>,
): Promise<{ events: DecodeEvent[]; result: GenerationResult }> {
  const events: DecodeEvent[] = [];
  for await (const event of generation) events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'finish') throw new Error('no result');
  return { events, result: last.result };
}
