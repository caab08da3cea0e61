import type { Engine, EnginePass, KvStore } from '../engine.ts';
import { addTo, applyLinear, mapHeads, normalise, rotate, silu, softmax } from './arithmetic.ts';
import type { LayerWeights, ModelWeights } from './model-weights.ts';
import type { ReferenceConfig } from './reference-config.ts';

/** Rotated keys and values of every token: `[layer][slot]`, each a row `[kvHeads * headSize]`. */
interface ReferenceStore extends KvStore {
  keys: Float64Array[][];
  values: Float64Array[][];
}

/** Runs a Llama-family decoder one token at a time, in float64: slow, and easy to believe. */
export function createReferenceEngine(
  config: ReferenceConfig,
  weights: ModelWeights,
): Engine<ReferenceStore> {
  const { vocabularySize, hiddenSize } = config;
  return {
    shape: {
      architecture: config.architecture,
      layers: config.layers,
      kvHeads: config.kvHeads,
      headSize: config.headSize,
      vocabularySize,
      contextLength: config.contextLength,
    },
    capabilities: { device: 'cpu', precision: 'fp32' },
    createStore: () => createStore(config.layers),
    copyStore(store, length) {
      const copy = createStore(config.layers);
      // Rows are never written again, so both may hold them.
      copy.keys = store.keys.map((rows) => rows.slice(0, length));
      copy.values = store.values.map((rows) => rows.slice(0, length));
      return copy;
    },
    async run(store, pass) {
      const logits = new Float32Array(pass.logitsRows.length * vocabularySize);
      for (let token = 0; token < pass.tokens.length; token++) {
        const id = pass.tokens[token]!;
        const hidden = Float64Array.from(weights.embedding.subarray(id * hiddenSize, (id + 1) * hiddenSize));
        weights.layers.forEach((layer, index) => {
          const normed = normalise(hidden, layer.inputNorm, config.normEpsilon);
          addTo(hidden, attention(config, layer, normed, placeOf(store, index, pass, token)));
          addTo(hidden, mlp(layer, normalise(hidden, layer.mlpNorm, config.normEpsilon)));
        });
        const row = pass.logitsRows.indexOf(token);
        if (row < 0) continue;
        logits.set(
          applyLinear(weights.head, normalise(hidden, weights.norm, config.normEpsilon)),
          row * vocabularySize,
        );
      }
      return logits;
    },
    async dispose() {},
  };
}

function createStore(layers: number): ReferenceStore {
  const empty = (): Float64Array[][] => Array.from({ length: layers }, () => []);
  return {
    keys: empty(),
    values: empty(),
    keep(slots) {
      const kept = (rows: Float64Array[]) => Array.from(slots, (slot) => rows[slot]!);
      this.keys = this.keys.map(kept);
      this.values = this.values.map(kept);
    },
    dispose() {
      this.keys = empty();
      this.values = empty();
    },
  };
}

/** Where a token stands in one layer. */
interface Place {
  readonly keys: Float64Array[];
  readonly values: Float64Array[];
  readonly slot: number;
  readonly position: number;
  /** Additive bias of every slot up to the token's own, `[slot + 1]`. */
  readonly bias: Float32Array;
}

function placeOf(store: ReferenceStore, layer: number, pass: EnginePass, token: number): Place {
  const slot = pass.pastLength + token;
  const slotsAfterPass = pass.pastLength + pass.tokens.length;
  return {
    keys: store.keys[layer]!,
    values: store.values[layer]!,
    slot,
    position: pass.positions[token]!,
    bias: pass.attentionBias.subarray(token * slotsAfterPass, token * slotsAfterPass + slot + 1),
  };
}

function attention(
  config: ReferenceConfig,
  layer: LayerWeights,
  input: Float64Array,
  place: Place,
): Float64Array {
  const { headSize } = config;
  const placed = (row: Float64Array, gain: Float32Array | undefined) =>
    mapHeads(row, headSize, (head) =>
      rotate(
        gain ? normalise(head, gain, config.normEpsilon) : head,
        place.position,
        config.inverseFrequencies,
      ),
    );
  const query = placed(applyLinear(layer.query, input), layer.queryNorm);
  place.keys[place.slot] = placed(applyLinear(layer.key, input), layer.keyNorm);
  place.values[place.slot] = applyLinear(layer.value, input);

  const mixed = new Float64Array(query.length);
  const queriesPerKey = config.heads / config.kvHeads;
  for (let head = 0; head < config.heads; head++) {
    const own = head * headSize;
    const shared = Math.floor(head / queriesPerKey) * headSize;
    attendHead(query.subarray(own, own + headSize), place, shared, mixed.subarray(own, own + headSize));
  }
  return applyLinear(layer.output, mixed);
}

/** Adds to `mixed` `[headSize]` the values, from `start` on, of the slots that one query head looks at. */
function attendHead(query: Float64Array, place: Place, start: number, mixed: Float64Array): void {
  const scores = new Float64Array(place.slot + 1);
  for (let slot = 0; slot <= place.slot; slot++) {
    const key = place.keys[slot]!;
    let dot = 0;
    for (let index = 0; index < query.length; index++) dot += query[index]! * key[start + index]!;
    scores[slot] = dot / Math.sqrt(query.length) + place.bias[slot]!;
  }
  softmax(scores).forEach((weight, slot) => {
    const value = place.values[slot]!;
    for (let index = 0; index < mixed.length; index++) mixed[index]! += weight * value[start + index]!;
  });
}

function mlp(layer: LayerWeights, input: Float64Array): Float64Array {
  const up = applyLinear(layer.up, input);
  const gated = applyLinear(layer.gate, input).map((value, index) => silu(value) * up[index]!);
  return applyLinear(layer.down, gated);
}
