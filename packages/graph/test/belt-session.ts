import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  type BeltGraphInfo,
  beltInputs,
  newKeysOutput,
  newValuesOutput,
  pastKeysInput,
  pastValuesInput,
  readBeltGraph,
} from '../src/index.ts';

/** One forward pass: tokens at positions, and which slots (past first, then this step's) each row sees. */
export interface Step {
  readonly tokens: readonly number[];
  readonly positions: readonly number[];
  readonly sees: (row: number, slot: number) => boolean;
  /** Rows whose logits are wanted; default: all. */
  readonly rows?: readonly number[];
  /** Default: the session's. */
  readonly capacity?: number;
}

/** A belt-ready graph on onnxruntime-node with its cache: the least an adapter must do. */
export interface BeltSession {
  readonly info: BeltGraphInfo;
  readonly length: number;
  /** float32 `[rows, vocabularySize]`. */
  forward(step: Step): Promise<Float32Array[]>;
  /** Runs without keeping the new keys and values. */
  peek(step: Step): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** Opens a graph from its bytes, from its file when it has weights beside it, or from bytes with weights in a folder. */
export async function openBeltSession(
  bytes: Uint8Array,
  capacity: number,
  path?: string,
  weightsFolder?: string,
): Promise<BeltSession> {
  const info = readBeltGraph(bytes);
  const options: InferenceSession.SessionOptions = {
    ...{ intraOpNumThreads: 2, logSeverityLevel: 4 },
    extra: {
      session: {
        // Processors without VNNI would cut large sums of w8a8 off.
        ...(info.precision === 'w8a8' && { x64quantprecision: '1' }),
        ...(weightsFolder !== undefined && { model_external_initializers_file_folder_path: weightsFolder }),
      },
    },
  };
  const session = await (path === undefined
    ? InferenceSession.create(bytes, options)
    : InferenceSession.create(path, options));
  const { layers, kvHeads, headSize } = info;
  // Slots beyond the length hold garbage: whoever read them would be caught.
  const makeCache = () =>
    Array.from({ length: 2 * layers }, () => new Float32Array(kvHeads * capacity * headSize).fill(NaN));
  const caches = makeCache();
  let length = 0;

  const peek = async (step: Step): Promise<Record<string, Tensor>> => {
    const count = step.tokens.length;
    const total = length + count;
    const bias = new Float32Array(count * total);
    for (let row = 0; row < count; row++) {
      for (let slot = 0; slot < total; slot++)
        bias[row * total + slot] = step.sees(row, slot) ? 0 : -Infinity;
    }
    const integers = (values: readonly number[]) => BigInt64Array.from(values, BigInt);
    const rows = step.rows ?? step.tokens.map((_, row) => row);
    const feeds: Record<string, Tensor> = {
      [beltInputs.inputIds]: new Tensor('int64', integers(step.tokens), [1, count]),
      [beltInputs.positionIds]: new Tensor('int64', integers(step.positions), [1, count]),
      [beltInputs.attentionBias]: new Tensor('float32', bias, [1, 1, count, total]),
      [beltInputs.pastLength]: new Tensor('int32', Int32Array.of(length), [1]),
      [beltInputs.logitsRows]: new Tensor('int64', integers(rows), [rows.length]),
    };
    for (let layer = 0; layer < layers; layer++) {
      for (const [half, name] of [pastKeysInput(layer), pastValuesInput(layer)].entries()) {
        const cache = caches[2 * layer + half]!;
        feeds[name] = new Tensor('float32', ...resized(cache, step.capacity ?? capacity));
      }
    }
    return (await session.run(feeds)) as Record<string, Tensor>;
  };

  const resized = (cache: Float32Array, wanted: number): [Float32Array, number[]] => {
    if (wanted === capacity) return [cache, [1, kvHeads, capacity, headSize]];
    const copy = new Float32Array(kvHeads * wanted * headSize);
    const kept = Math.min(wanted, capacity) * headSize;
    for (let head = 0; head < kvHeads; head++) {
      const from = head * capacity * headSize;
      copy.set(cache.subarray(from, from + kept), head * wanted * headSize);
    }
    return [copy, [1, kvHeads, wanted, headSize]];
  };

  const append = (cache: Float32Array, added: Float32Array, count: number): void => {
    for (let token = 0; token < count; token++) {
      for (let head = 0; head < kvHeads; head++) {
        const from = (token * kvHeads + head) * headSize;
        cache.set(added.subarray(from, from + headSize), (head * capacity + length + token) * headSize);
      }
    }
  };

  return {
    info,
    get length() {
      return length;
    },
    peek,
    async forward(step) {
      const outputs = await peek(step);
      for (let layer = 0; layer < layers; layer++) {
        for (const [half, name] of [newKeysOutput(layer), newValuesOutput(layer)].entries()) {
          append(caches[2 * layer + half]!, outputs[name]!.data as Float32Array, step.tokens.length);
        }
      }
      length += step.tokens.length;
      const logits = outputs.logits!.data as Float32Array;
      const { vocabularySize } = info;
      return Array.from({ length: logits.length / vocabularySize }, (_, row) =>
        logits.subarray(row * vocabularySize, (row + 1) * vocabularySize),
      );
    },
    release: () => session.release(),
  };
}

/** Plain causal text after what is in the cache. */
export function causalStep(past: number, tokens: readonly number[], rows?: readonly number[]): Step {
  const positions = tokens.map((_, index) => past + index);
  const sees = (row: number, slot: number) => slot <= past + row;
  return { tokens, positions, sees, ...(rows === undefined ? {} : { rows }) };
}
