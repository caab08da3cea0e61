import type { SectionState } from './answer-sections.ts';
import type { CellPlace } from './mask-picture.ts';
import type { MaskRows } from './mask-rows.ts';

/** A token as the readout names it. */
export interface TokenPlace {
  /** Token id. */
  readonly token: number;
  readonly strand: string;
  /** Which branch it belongs to, from 0; -1 for the trunk and for joins. */
  readonly branch: number;
  readonly position: number;
  readonly slot: number;
}

/** What a cell of the picture says: whether one token sees another. */
export interface CellDescription {
  readonly query: TokenPlace;
  /** Undefined where the slot was not used yet. */
  readonly key: TokenPlace | undefined;
  readonly sees: boolean;
}

/** Undefined for a place outside of the first `rows` rows. */
export function describeCell(
  mask: MaskRows,
  { row, column }: CellPlace,
  { rows, sections }: { readonly rows: number; readonly sections: readonly SectionState[] },
): CellDescription | undefined {
  if (row < 0 || row >= rows || column < 0) return undefined;
  const keyRow = mask.rowInSlot(row, column);
  const place = (index: number, slot: number): TokenPlace => {
    const { token, strand, position } = mask.row(index);
    return {
      token,
      position,
      slot,
      strand: strandName(mask, strand, sections),
      branch: mask.branchOf(strand),
    };
  };
  return {
    query: place(row, mask.row(row).slot),
    key: keyRow === undefined ? undefined : place(keyRow, column),
    sees: (mask.cells(row)[column] ?? 0) > 0,
  };
}

function strandName(mask: MaskRows, strand: number, sections: readonly SectionState[]): string {
  if (strand === 0) return 'trunk';
  const steps = sections.flatMap((section) => (section.type === 'block' ? section.steps : []));
  const step = steps.find((candidate) => candidate.strand === strand);
  if (step) return step.title;
  const branch = mask.branchOf(strand);
  return branch < 0 ? 'join' : `branch ${branch + 1}`;
}
