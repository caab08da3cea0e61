import { GgufError } from '../gguf-error.ts';
import { MetadataFields } from '../metadata-fields.ts';
import type { GgufFile } from '../open-gguf.ts';

/** `llama_token_type`. */
const tokenType = { unknown: 2, control: 3, userDefined: 4 } as const;

/** Texts would begin or end wrongly without these; nothing needs the others. */
const needed = new Set(['bos', 'eos']);

/** A token that is cut out of a text before anything else, as tokenizer.json writes it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  readonly normalized: false;
  readonly single_word: false;
  readonly lstrip: false;
  readonly rstrip: false;
}

/** The tokens of a GGUF file. */
export interface Vocabulary {
  readonly fields: MetadataFields;
  /** Texts by id. */
  readonly tokens: readonly string[];
  /** Ids by text, as tokenizer.json has it. */
  readonly ids: Readonly<Record<string, number>>;
  readonly added: readonly AddedToken[];
  /**
   * A token that the metadata name by its id, such as `bos`.
   *
   * @throws {GgufError} `INVALID_METADATA` if `bos` or `eos` is no token; others count as missing then.
   */
  named(role: string): { readonly id: number; readonly text: string } | undefined;
}

export function readVocabulary(file: GgufFile): Vocabulary {
  const fields = new MetadataFields(file.metadata, 'tokenizer.ggml.');
  const tokens = fields.strings('tokens');
  // Without types all tokens are ordinary.
  const types = fields.get('token_type') === undefined ? [] : fields.numbers('token_type', tokens.length);
  return {
    fields,
    tokens,
    ids: Object.fromEntries(tokens.map((text, id) => [text, id])),
    added: addedTokens(tokens, types),
    named(role) {
      const key = `${role}_token_id`;
      const id = fields.get(key);
      // Some converters write an id beyond the vocabulary, or -1, for a token that the model lacks.
      if (id === undefined || id === -1 || id === 0xffffffff) return undefined;
      const text = typeof id === 'number' ? tokens[id] : undefined;
      if (text !== undefined) return { id: id as number, text };
      if (!needed.has(role)) return undefined;
      throw new GgufError(
        'INVALID_METADATA',
        `Expected tokenizer.ggml.${key} to be one of ${tokens.length} tokens, got ${String(id)}.`,
        { subject: `tokenizer.ggml.${key}` },
      );
    },
  };
}

function addedTokens(tokens: readonly string[], types: ArrayLike<number>): AddedToken[] {
  const added: AddedToken[] = [];
  for (const [id, content] of tokens.entries()) {
    const special = types[id] === tokenType.control || types[id] === tokenType.unknown;
    if (content === '' || !(special || types[id] === tokenType.userDefined)) continue;
    added.push({ id, content, special, normalized: false, single_word: false, lstrip: false, rstrip: false });
  }
  return added;
}
