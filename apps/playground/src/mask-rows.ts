import type { Stage, TraceEvent } from '@beltline/decoder';
import { createSlotTable, createStrands, type SlotTable, TRUNK, writeAttentionBias } from '@beltline/mask';

/** One computed token, a row of the picture. */
export interface MaskRow {
  /** Token id. */
  readonly token: number;
  readonly position: number;
  readonly strand: number;
  /** Slot of the KV cache that its key and value took. */
  readonly slot: number;
  readonly stage: Stage;
  /** Which forward pass computed it, from 0. */
  readonly pass: number;
}

/**
 * The attention mask of a whole run: one row for each token that was ever computed, in order, and one column for each
 * slot of the cache. Slots are used again after they were dropped, so a column can mean several tokens.
 */
export interface MaskRows {
  /** Number of rows. */
  readonly length: number;
  /** Number of slots that were ever used. */
  readonly columns: number;
  /** Leading rows, and slots, that hold the prompt; the first answer token may enter with its end. */
  readonly promptLength: number;
  row(index: number): MaskRow;
  /**
   * What a row sees, `[slot]` from 0 to its own slot: 0 where it sees nothing, else the strand of the token there plus 1.
   */
  cells(index: number): Uint16Array;
  /** The row whose token a slot held when row `index` was computed; undefined right of the row's own slot. */
  rowInSlot(index: number, slot: number): number | undefined;
  /** Strands that a strand continues; none for the trunk. */
  parents(strand: number): readonly number[];
  /** Which branch a strand is, counted from 0 in order of creation; -1 for the trunk and for conclusions. */
  branchOf(strand: number): number;
}

export interface MaskRecorder extends MaskRows {
  apply(event: TraceEvent): void;
}

/** Since the last drop of slots, rows took one slot after the other; so this is enough to find every token. */
interface Epoch {
  readonly firstRow: number;
  /** Row in each slot that was kept, `[slot]`. */
  readonly kept: readonly number[];
}

/** Follows the trace of a run; the rows are computed by the code that makes the model's own mask. */
export function createMaskRows(): MaskRecorder {
  const strands = createStrands();
  const branches = [-1];
  let branchCount = 0;
  let slots = createSlotTable(1024);
  const rows: MaskRow[] = [];
  const cells: Uint16Array[] = [];
  const epochOfRow: Epoch[] = [];
  let epoch: Epoch = { firstRow: 0, kept: [] };
  let columns = 0;
  let promptLength = 0;
  let passes = 0;

  /** A fork starts below the trunk or a join; what goes on below a single branch is the conclusion. */
  function isBranch(parents: readonly number[]): boolean {
    return parents.length === 1 && branches[parents[0]!] === -1;
  }

  function rowInSlot({ firstRow, kept }: Epoch, slot: number): number {
    return slot < kept.length ? kept[slot]! : firstRow + slot - kept.length;
  }

  function startEpoch(keptSlots: readonly number[]): void {
    epoch = { firstRow: rows.length, kept: keptSlots.map((slot) => rowInSlot(epoch, slot)) };
  }

  function addPass({ stage, firstSlot, ...step }: Extract<TraceEvent, { type: 'pass' }>): void {
    if (firstSlot < slots.length) {
      slots.truncate(firstSlot);
      startEpoch([...slots.strands.keys()]);
    }
    const count = step.tokens.length;
    const keys = firstSlot + count;
    const bias = new Float32Array(count * keys);
    writeAttentionBias({ strands, past: slots, step: step.strands }, bias);
    slots = withRoom(slots, keys);
    slots.append(step.strands, step.positions);
    for (let index = 0; index < count; index++) {
      const slot = firstSlot + index;
      rows.push({
        token: step.tokens[index]!,
        position: step.positions[index]!,
        strand: step.strands[index]!,
        slot,
        stage,
        pass: passes,
      });
      cells.push(toCells(bias.subarray(index * keys, index * keys + slot + 1), slots.strands));
      epochOfRow.push(epoch);
    }
    if (stage === 'prefill') promptLength = rows.length;
    columns = Math.max(columns, keys);
    passes++;
  }

  return {
    get length() {
      return rows.length;
    },
    get columns() {
      return columns;
    },
    get promptLength() {
      return promptLength;
    },
    row: (index) => rows[index]!,
    cells: (index) => cells[index]!,
    rowInSlot(index, slot) {
      return slot <= rows[index]!.slot ? rowInSlot(epochOfRow[index]!, slot) : undefined;
    },
    parents: (strand) => strands.parents(strand),
    branchOf: (strand) => branches[strand] ?? -1,
    apply(event) {
      switch (event.type) {
        case 'strand-start':
          strands.add(event.parents);
          branches.push(isBranch(event.parents) ? branchCount++ : -1);
          return;
        case 'slots-kept':
          slots.keep(event.slots);
          return startEpoch(event.slots);
        case 'slots-reused':
          // They were a prompt's or an answer's before: they look as if they had been read in one pass.
          return addPass({
            type: 'pass',
            stage: 'prefill',
            firstSlot: 0,
            tokens: event.tokens,
            positions: [...event.tokens.keys()],
            strands: event.tokens.map(() => TRUNK),
          });
        case 'pass':
          return addPass(event);
        default:
          event satisfies never;
      }
    },
  };
}

function toCells(bias: Float32Array, strandOfSlot: Int32Array): Uint16Array {
  const cells = new Uint16Array(bias.length);
  for (let slot = 0; slot < bias.length; slot++) cells[slot] = bias[slot] === 0 ? strandOfSlot[slot]! + 1 : 0;
  return cells;
}

/** A table with room for so many slots: the trace does not say how many the cache has. */
function withRoom(slots: SlotTable, needed: number): SlotTable {
  if (needed <= slots.capacity) return slots;
  const larger = createSlotTable(Math.max(needed, 2 * slots.capacity));
  larger.append(slots.strands, slots.positions);
  return larger;
}
