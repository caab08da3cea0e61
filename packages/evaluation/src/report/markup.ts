/** Finished HTML or SVG, as opposed to text that is still to be escaped. */
export interface Markup {
  readonly markup: string;
}

/** What can stand inside an element; strings and numbers are text, and what is missing is left out. */
export type Child = Markup | string | number | undefined | readonly Child[];

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const voidElements = new Set(['meta', 'br', 'hr']);

/** One element of HTML or SVG. Numbers are cut to two decimals: nobody sees a hundredth of a pixel. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const written = given.map(([key, value]) => ` ${key}="${escapeText(writeValue(value!))}"`).join('');
  if (voidElements.has(name)) return { markup: `<${name}${written}>` };
  return { markup: `<${name}${written}>${writeChildren(children)}</${name}>` };
}

/** Text that is markup already: style sheets. */
export function raw(markup: string): Markup {
  return { markup };
}

function writeChildren(children: readonly Child[]): string {
  return children.map(writeChild).join('');
}

function writeChild(child: Child): string {
  if (child === undefined) return '';
  if (typeof child === 'string' || typeof child === 'number') return escapeText(String(child));
  return 'markup' in child ? child.markup : writeChildren(child);
}

function writeValue(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeText(text: string): string {
  return text.replace(unprintable, '\uFFFD').replace(/[&<>"]/g, (sign) => entities[sign]!);
}

/** Has no place in HTML, and models write anything. */
const unprintable = /(?![\n\r\t])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
