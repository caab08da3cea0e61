/** Where a text stops being JSON, both counted from 1; JSON.parse tells it in some of its messages only. */
export function locateJsonError(text: string): { line: number; column: number } {
  const before = text.slice(0, errorOffset(text)).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/uy;

/** What may come next; `first` states also take the closing bracket. */
type Expected = 'value' | 'first-value' | 'key' | 'first-key' | ':' | ', or close' | 'end';

/** Offset of the first token that cannot stand where it stands, `text.length` if there are too few. */
function errorOffset(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  while (true) {
    SPACE.lastIndex = offset;
    offset += SPACE.exec(text)![0].length;
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return offset;
    const next = step(token, expected, open);
    if (next === undefined) return offset;
    expected = next;
    offset += token.length;
  }
}

function step(token: string, expected: Expected, open: string[]): Expected | undefined {
  const close = () => {
    open.pop();
    return open.length > 0 ? ', or close' : 'end';
  };
  switch (expected) {
    case 'first-value':
      return token === ']' ? close() : step(token, 'value', open);
    case 'value':
      if (token === '{' || token === '[') {
        open.push(token === '{' ? '}' : ']');
        return token === '{' ? 'first-key' : 'first-value';
      }
      if (']},:'.includes(token)) return undefined;
      return open.length > 0 ? ', or close' : 'end';
    case 'first-key':
      return token === '}' ? close() : step(token, 'key', open);
    case 'key':
      return token.startsWith('"') ? ':' : undefined;
    case ':':
      return token === ':' ? 'value' : undefined;
    case ', or close':
      if (token === open.at(-1)) return close();
      if (token !== ',') return undefined;
      return open.at(-1) === '}' ? 'key' : 'value';
    case 'end':
      return undefined;
    default:
      return expected satisfies never;
  }
}
