/** Every way to feed a text in two pieces, and one character at a time. */
export function cutsOf(text: string): string[][] {
  const cuts = Array.from({ length: text.length + 1 }, (_, index) => [
    text.slice(0, index),
    text.slice(index),
  ]);
  return [...cuts, text.split('')];
}
