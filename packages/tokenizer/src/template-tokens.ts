import type { AddedToken } from './tokenizer-json.ts';

/**
 * Tells the special tokens that a chat template writes from those that are spelled out in the messages, which must stay text:
 * else whoever writes a message could end their turn and speak as somebody else.
 *
 * Noncharacters, which Unicode reserves for use inside of programs, mark both kinds on the way through the template.
 */
export interface TemplateTokens {
  /** What a template gets in place of a message's content. */
  hide(content: string): string;
  /** What to encode in place of a template's text, with the tokens of `addedTokens` parsed. */
  reveal(text: string): string;
  /** All added tokens, the special ones under names that no text can have. */
  readonly addedTokens: readonly AddedToken[];
}

/** They are dropped from contents: what is left of them came from here. */
const NONCHARACTERS = /[\uFDD0-\uFDEF]/g;

const hidden = (id: number) => `\uFDD0${id}\uFDD1`;
const named = (id: number) => `\uFDD2${id}\uFDD3`;

export function createTemplateTokens(addedTokens: readonly AddedToken[]): TemplateTokens {
  const special = addedTokens.filter((token) => token.special);
  const ids = new Map(special.map(({ content, id }) => [content, id]));
  const contents = new Map(special.map(({ content, id }) => [String(id), content]));
  const anySpecial = anyOf([...ids.keys()]);
  return {
    hide: (content) =>
      content.replace(NONCHARACTERS, '').replace(anySpecial, (token) => hidden(ids.get(token)!)),
    reveal: (text) =>
      text
        .replace(anySpecial, (token) => named(ids.get(token)!))
        .replace(/\uFDD0(\d+)\uFDD1/g, (marked, id) => contents.get(id) ?? marked),
    addedTokens: addedTokens.map((token) =>
      token.special ? { ...token, content: named(token.id), normalized: false } : token,
    ),
  };
}

/** Finds any of the texts, the longest where several begin. */
function anyOf(texts: readonly string[]): RegExp {
  // The empty alternative of no texts would match everywhere.
  if (texts.length === 0) return /(?!)/g;
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
}
