/** Red, green and blue, each from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** Colours of the mask picture in one colour scheme. */
export interface Palette {
  readonly background: Color;
  /** Cells that a row does not see. */
  readonly hidden: Color;
  readonly trunk: Color;
  readonly branches: readonly Color[];
}

// Paul Tol's "bright" scheme, which colour-blind people can tell apart; neighbours differ most. The dark colours are
// lightened on dark ground.
const light: Palette = {
  background: [255, 255, 255],
  hidden: [241, 239, 234],
  trunk: [150, 146, 138],
  branches: [
    [0x44, 0x77, 0xaa],
    [0xcc, 0xbb, 0x44],
    [0xaa, 0x33, 0x77],
    [0x66, 0xcc, 0xee],
    [0xee, 0x66, 0x77],
    [0x22, 0x88, 0x33],
  ],
};

const dark: Palette = {
  background: [29, 28, 26],
  hidden: [40, 38, 35],
  trunk: [128, 124, 116],
  branches: [
    [0x5b, 0x93, 0xcb],
    [0xd8, 0xc8, 0x55],
    [0xc2, 0x50, 0x92],
    [0x7f, 0xd8, 0xf4],
    [0xf0, 0x78, 0x86],
    [0x3d, 0xa6, 0x52],
  ],
};

export const palettes = { light, dark } as const;

/** Colour of a branch, counted from 0; -1 stands for the trunk. */
export function branchColor(palette: Palette, branch: number): Color {
  return branch < 0 ? palette.trunk : palette.branches[branch % palette.branches.length]!;
}

/** As CSS writes it. */
export function toCss([red, green, blue]: Color): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
