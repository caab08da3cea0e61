import type { EnginePass } from '@beltline/backend';
import {
  type BeltGraphInfo,
  keysInput,
  newKeysOutput,
  newValuesOutput,
  suffixInputs,
  valuesInput,
} from '@beltline/graph';
import type { GraphSession } from './graph-session.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { findSuffix, type PassSuffix } from './pass-suffix.ts';

/** The slots that a pass reads, and what its rows see of them, by input; and the slots that it writes, by output. */
export function createCacheFeeds<Feed>(
  session: GraphSession<Feed>,
  info: BeltGraphInfo,
  { store, pass }: { store: KeyValueStore; pass: EnginePass },
) {
  const { layers, kvHeads, headSize } = info;
  const { pastLength, tokens } = pass;
  const width = kvHeads * headSize;
  const total = pastLength + tokens.length;
  const past: Record<string, Feed> = {};
  const added: Record<string, Feed> = {};
  let read = pastLength;
  if (session.cache === 'in-place') {
    const suffix = findSuffix(pass);
    read = suffix?.start ?? total;
    Object.assign(past, createSuffixFeeds(session, info, { store, suffix, rows: tokens.length }));
  }
  const show = (floats: Float32Array, input: string, output: string): void => {
    const data = floats.subarray(0, read * width);
    past[input] = session.createFeed({ type: 'float32', data, dims: [read, kvHeads, headSize] });
    const target = floats.subarray(pastLength * width, total * width);
    added[output] = session.createFeed({ type: 'float32', data: target, dims: [1, tokens.length, width] });
  };
  for (let layer = 0; layer < layers; layer++) {
    show(store.keys[layer]!, keysInput(layer), newKeysOutput(layer));
    show(store.values[layer]!, valuesInput(layer), newValuesOutput(layer));
  }
  return { past, added };
}

/** What the rows of a pass see of its suffix, by input; without one, that there is none. */
function createSuffixFeeds<Feed>(
  { createFeed }: GraphSession<Feed>,
  { layers, kvHeads, headSize }: BeltGraphInfo,
  { store, suffix, rows }: { store: KeyValueStore; suffix: PassSuffix | undefined; rows: number },
): Record<string, Feed> {
  const { start, width, slots, bias } = suffix ?? noSuffix;
  const places = new Int32Array(2 * layers * slots.length);
  for (let part = 0; part < 2 * layers; part++) {
    const first = part * store.allocated + start;
    for (let at = 0; at < slots.length; at++) places[part * slots.length + at] = first + slots[at]!;
  }
  const memory = [2 * layers * store.allocated, kvHeads, headSize];
  return {
    [suffixInputs.memory]: createFeed({ type: 'float32', data: store.floats, dims: memory }),
    [suffixInputs.slots]: createFeed({ type: 'int32', data: places, dims: [2 * layers, width, rows] }),
    [suffixInputs.bias]: createFeed({ type: 'float32', data: bias, dims: [rows, 1, 1, width] }),
  };
}

const noSuffix: PassSuffix = { start: 0, width: 0, slots: new Int32Array(), bias: new Float32Array() };
