/** Remembers what was drawn; no value drawn contains another one. */
export type Fresh = (draw: () => string, otherwise?: () => string) => string;

const triesBeforeOtherwise = 20;

/** Draws until nothing drawn before contains the value or is contained in it; where choices run out, from `otherwise`. */
export function createFresh(): Fresh {
  const used: string[] = [];
  return (draw, otherwise = draw) => {
    let value = draw();
    for (let tries = 1; used.some((other) => other.includes(value) || value.includes(other)); tries += 1) {
      value = tries < triesBeforeOtherwise ? draw() : otherwise();
    }
    used.push(value);
    return value;
  };
}
