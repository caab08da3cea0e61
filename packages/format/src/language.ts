/** A language that the format instructions are written in. */
export type Language = 'en' | 'zh';

const chineseCharacter = /\p{Script=Han}/gu;
const otherWord =
  /[\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])\p{L})+/gu;

/**
 * Tells whether a prompt is Chinese: more Chinese characters than words of other scripts. A kana counts as a word, so
 * Japanese is not taken for Chinese; anything else is answered in English.
 *
 * @example
 * ```ts
 * detectLanguage('请从 cost 和 time 两个方面分析'); // 'zh'
 * ```
 */
export function detectLanguage(text: string): Language {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(chineseCharacter) > count(otherWord) ? 'zh' : 'en';
}
