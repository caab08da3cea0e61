import {
  createSlotTable,
  createStrands,
  type SlotTable,
  type Strands,
  TRUNK,
  writeAttentionBias,
} from '@beltline/mask';
import type { Engine, EnginePass, KvStore } from './engine.ts';
import { BackendError } from './errors.ts';
import type { ForwardStep, KvCache, LanguageModel, ModelShape } from './language-model.ts';

/**
 * Turns an adapter's engine into a language model: checks every argument, keeps the slots' metadata in
 * step with the stored keys and values, queues passes, and disposes only what no longer runs.
 *
 * @example
 * const model = createLanguageModel(await createMyEngine(bytes));
 * const cache = model.createCache();
 * const [logits] = await model.forward(cache, { tokens: [1], positions: [0], strands: [TRUNK], logitsRows: [0] });
 */
export function createLanguageModel<Store extends KvStore>(engine: Engine<Store>): LanguageModel {
  const { shape, capabilities } = engine;
  const caches = new Map<KvCache, CacheState<Store>>();
  let queue: Promise<unknown> = Promise.resolve();
  let disposal: Promise<void> | undefined;

  function requireAlive(): void {
    if (disposal) throw new BackendError('DISPOSED', 'the model has been disposed: load it again');
  }

  function requireState(cache: KvCache): CacheState<Store> {
    requireAlive();
    const state = caches.get(cache);
    if (!state)
      throw new BackendError('DISPOSED', 'the cache has been disposed, or belongs to another model');
    return state;
  }

  async function run(
    state: CacheState<Store>,
    pass: EnginePass,
    strands: Int32Array,
  ): Promise<Float32Array[]> {
    const logits = await runEngine(engine, state.store, pass);
    state.table.append(strands, pass.positions);
    state.tokens.push(...pass.tokens);
    return Array.from(pass.logitsRows, (_, row) =>
      logits.subarray(row * shape.vocabularySize, (row + 1) * shape.vocabularySize),
    );
  }

  return {
    shape,
    capabilities,
    createCache({ capacity = shape.contextLength, copyOf } = {}) {
      requireAlive();
      const state = copyOf
        ? copyState(engine, requireState(copyOf.cache), { length: copyOf.length, capacity })
        : createState(createSlotTable(capacity), engine.createStore(capacity), []);
      const cache = createCacheHandle(state, () => caches.delete(cache));
      caches.set(cache, state);
      return cache;
    },
    async forward(cache, step) {
      const state = requireState(cache);
      if (state.busy) {
        throw new BackendError(
          'CACHE_BUSY',
          'a pass over this cache is running: await it before the next one',
        );
      }
      const pass = planPass(state, step, shape);
      const strands = Int32Array.from(step.strands);
      state.busy = true;
      // From here on the pass counts as running: disposing the cache or the model waits for it.
      const result = queue.then(() => run(state, pass, strands));
      queue = result.catch(() => {});
      try {
        return await result;
      } finally {
        state.busy = false;
        if (state.disposed) state.store.dispose();
      }
    },
    dispose() {
      disposal ??= queue.then(async () => {
        for (const cache of [...caches.keys()]) cache.dispose();
        await engine.dispose();
      });
      return disposal;
    },
  };
}

interface CacheState<Store> {
  readonly store: Store;
  strands: Strands;
  table: SlotTable;
  /** Token ids, `[slot]`. */
  tokens: number[];
  busy: boolean;
  disposed: boolean;
}

function createState<Store>(table: SlotTable, store: Store, tokens: number[]): CacheState<Store> {
  return { store, strands: createStrands(), table, tokens, busy: false, disposed: false };
}

function copyState<Store extends KvStore>(
  engine: Engine<Store>,
  source: CacheState<Store>,
  { length, capacity }: { length: number; capacity: number },
): CacheState<Store> {
  if (source.busy) {
    throw new BackendError('CACHE_BUSY', 'a pass over this cache is running: await it before it is copied');
  }
  const used = source.table.length;
  if (!Number.isInteger(length) || length < 0 || length > used) {
    throw new RangeError(`length must be in [0, ${used}], got ${length}`);
  }
  const table = createSlotTable(capacity);
  table.append(new Int32Array(length).fill(TRUNK), source.table.positions.subarray(0, length));
  const store = engine.copyStore(source.store, length, capacity);
  return createState(table, store, source.tokens.slice(0, length));
}

function createCacheHandle<Store extends KvStore>(state: CacheState<Store>, forget: () => void): KvCache {
  function requireIdle(): void {
    if (state.disposed) throw new BackendError('DISPOSED', 'the cache has been disposed');
    if (state.busy) throw new BackendError('CACHE_BUSY', 'a pass over this cache is running: await it first');
  }
  function keep(slots: ArrayLike<number>): void {
    requireIdle();
    state.table.keep(slots);
    state.store.keep(Int32Array.from(slots));
    state.tokens = Array.from(slots, (slot) => state.tokens[slot]!);
  }
  return {
    get strands() {
      return state.strands;
    },
    get slots() {
      return state.table;
    },
    get tokens() {
      return state.tokens;
    },
    capacity: state.table.capacity,
    truncate(length) {
      requireIdle();
      state.table.truncate(length);
      state.tokens.length = length;
    },
    keep,
    restart(slots) {
      keep(slots);
      const positions = state.table.positions.slice();
      state.strands = createStrands();
      state.table = createSlotTable(state.table.capacity);
      state.table.append(new Int32Array(positions.length).fill(TRUNK), positions);
      state.store.shrink?.(positions.length);
    },
    dispose() {
      if (state.disposed) return;
      state.disposed = true;
      forget();
      if (!state.busy) state.store.dispose();
    },
  };
}

async function runEngine<Store extends KvStore>(
  engine: Engine<Store>,
  store: Store,
  pass: EnginePass,
): Promise<Float32Array> {
  try {
    return await engine.run(store, pass);
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError(
      'RUN_FAILED',
      `the forward pass of ${pass.tokens.length} tokens failed: ${reason}`,
      {
        cause,
      },
    );
  }
}

/** Checks a step and works out all that an engine needs; nothing is changed. */
function planPass(state: CacheState<unknown>, step: ForwardStep, shape: ModelShape): EnginePass {
  const { strands, table } = state;
  const count = step.tokens.length;
  if (count === 0) throw new RangeError('a step needs at least one token');
  if (step.positions.length !== count || step.strands.length !== count) {
    throw new RangeError(
      `a step of ${count} tokens needs as many positions and strands, got ${step.positions.length} and ${step.strands.length}`,
    );
  }
  requireBelow('tokens', step.tokens, shape.vocabularySize);
  requireBelow('strands', step.strands, strands.size);
  requireBelow('logitsRows', step.logitsRows, count);
  for (let row = 1; row < step.logitsRows.length; row++) {
    if (step.logitsRows[row]! <= step.logitsRows[row - 1]!)
      throw new RangeError('logitsRows must ascend strictly');
  }
  requireContext(step.positions, shape.contextLength);
  if (table.length + count > table.capacity) {
    throw new BackendError(
      'CAPACITY_EXCEEDED',
      `${count} more tokens do not fit into the KV cache: ${table.length} of ${table.capacity} slots are used`,
    );
  }
  return {
    pastLength: table.length,
    tokens: Int32Array.from(step.tokens),
    positions: Int32Array.from(step.positions),
    logitsRows: Int32Array.from(step.logitsRows),
    attentionBias: writeAttentionBias(
      { strands, past: table, step: step.strands },
      new Float32Array(count * (table.length + count)),
    ),
  };
}

function requireBelow(name: string, values: ArrayLike<number>, end: number): void {
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isInteger(value) || value < 0 || value >= end) {
      throw new RangeError(`${name}[${index}] must be an integer in [0, ${end}), got ${value}`);
    }
  }
}

function requireContext(positions: ArrayLike<number>, contextLength: number): void {
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index]!;
    if (!Number.isInteger(position) || position < 0) {
      throw new RangeError(`positions[${index}] must be an integer of at least 0, got ${position}`);
    }
    if (position >= contextLength) {
      throw new BackendError(
        'CONTEXT_EXCEEDED',
        `position ${position} is beyond the context of ${contextLength} tokens that the model was made for`,
      );
    }
  }
}
