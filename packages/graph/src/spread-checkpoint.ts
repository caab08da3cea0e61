import { checkpointLayout } from './checkpoint-layout.ts';
import type { ModelConfig } from './model-config.ts';
import { multiplyOrthogonal, orthogonalFactors, transposeEach } from './orthogonal.ts';
import type { TensorDescription, TensorSource } from './tensor-source.ts';
import { matrixRows, pieceValues } from './weights.ts';

/**
 * The same model with its values in other bases, where none stands out among the others of its row: trained models have a
 * few values a hundred times as large as the rest, beside which 8 bits for the whole row leave nothing of the others.
 *
 * The stream of hidden states is multiplied with Q(hiddenSize) of orthogonal.ts: matrices that read it are multiplied too,
 * those that write it likewise, and norms only divide by a length, which stays as it is, once their factors are in the
 * matrices behind them. What `o_proj` and `down_proj` read is left to the graph: it must come multiplied with Q of its size,
 * each row `[p, q]` of the matrix's factors turned to `[q, p]`. The LM head gets a table of its own. After QuaRot (arXiv
 * 2404.00456, sections 4.1 and 4.2), which turns the inputs of `o_proj` partly when the graph is built.
 *
 * Rows may be asked for a few at a time; of a matrix whose rows mix, all are kept until the last has been asked for.
 */
export function spreadCheckpoint(
  given: ModelConfig,
  source: TensorSource,
): { config: ModelConfig; tensors: TensorSource } {
  const config = spreadConfig(given);
  const layout = checkpointLayout(config);
  const headSource = given.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const tensors = new Map<string, TensorDescription>();
  for (const [name, shape] of layout) tensors.set(name, { element: 'F32', shape });

  const norms = new Map<string, Float32Array>();
  async function readNorm(name: string): Promise<Float32Array> {
    const norm = norms.get(name) ?? (await source.readRows(name, 0, config.hiddenSize));
    norms.set(name, norm);
    return norm;
  }

  /** Rows with what is done to each alone: the norm before it, and the basis that it reads. */
  async function readTurnedRows(name: string, first: number, end: number): Promise<Float32Array> {
    const stored = name === 'lm_head.weight' ? headSource : name;
    const values = Float32Array.from(await source.readRows(stored, first, end));
    const { norm, reads, turned } = basesOf(name, config);
    if (norm !== undefined) scaleColumns(values, await readNorm(norm));
    if (reads !== undefined) multiplyOrthogonal(values, reads);
    if (turned !== undefined) transposeEach(values, ...turned);
    return values;
  }

  /** All rows of what writes hidden states, where each row becomes a mixture of all. */
  async function readMixed(name: string): Promise<Float32Array> {
    const { rows, columns, read } = matrixRows({ tensors, readRows: readTurnedRows }, [name]);
    const values = new Float32Array(rows * columns);
    let filled = 0;
    for await (const piece of read()) {
      values.set(piece, filled);
      filled += piece.length;
    }
    await mixRows(values, rows, columns);
    return values;
  }

  let mixed: { readonly name: string; readonly values: Promise<Float32Array> } | undefined;
  return {
    config,
    tensors: {
      tensors,
      async readRows(name, first, end) {
        if (isFoldedNorm(name)) return new Float32Array(end - first).fill(1);
        if (!basesOf(name, config).writesHidden) return readTurnedRows(name, first, end);
        const [rows, columns = 1] = layout.get(name)! as [number, number?];
        if (mixed?.name !== name) mixed = { name, values: readMixed(name) };
        const reading = mixed;
        try {
          return (await reading.values).slice(first * columns, end * columns);
        } catch (error) {
          if (mixed === reading) mixed = undefined;
          throw error;
        } finally {
          if (end === rows && mixed === reading) mixed = undefined;
        }
      },
    },
  };
}

/** The config that the spread checkpoint goes with. */
export function spreadConfig(config: ModelConfig): ModelConfig {
  return { ...config, tiedEmbeddings: false };
}

/** Multiplies the columns of `[rows, columns]` with Q(rows), a piece at a time, between which others get a turn. */
async function mixRows(values: Float32Array, rows: number, columns: number): Promise<void> {
  const width = Math.max(1, Math.floor(pieceValues / rows));
  for (let first = 0; first < columns; first += width) {
    const count = Math.min(width, columns - first);
    const piece = new Float32Array(rows * count);
    for (let row = 0; row < rows; row++) {
      const start = row * columns + first;
      piece.set(values.subarray(start, start + count), row * count);
    }
    multiplyOrthogonal(piece, rows, count);
    for (let row = 0; row < rows; row++) {
      values.set(piece.subarray(row * count, (row + 1) * count), row * columns + first);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
}

interface Bases {
  /** The norm whose factors the matrix takes over. */
  readonly norm?: string;
  /** Size of the inputs, where these are in another basis. */
  readonly reads?: number;
  /** Present where the graph multiplies the inputs: the order that they then come in. */
  readonly turned?: readonly [number, number];
  readonly writesHidden?: boolean;
}

function basesOf(name: string, { hiddenSize, heads, headSize, intermediateSize }: ModelConfig): Bases {
  if (name === 'model.embed_tokens.weight') return { reads: hiddenSize };
  if (name === 'lm_head.weight') return { norm: 'model.norm.weight', reads: hiddenSize };
  const [, layer, linear, kind] =
    /^(model\.layers\.\d+)\.(?:self_attn|mlp)\.(\w+_proj)\.(\w+)$/.exec(name) ?? [];
  const input = (bases: Bases): Bases => (kind === 'bias' ? {} : bases);
  switch (linear) {
    case 'q_proj':
    case 'k_proj':
    case 'v_proj':
      return input({ norm: `${layer}.input_layernorm.weight`, reads: hiddenSize });
    case 'gate_proj':
    case 'up_proj':
      return input({ norm: `${layer}.post_attention_layernorm.weight`, reads: hiddenSize });
    case 'o_proj':
      return { ...input(inGraph(heads * headSize)), writesHidden: true };
    case 'down_proj':
      return { ...input(inGraph(intermediateSize)), writesHidden: true };
    default:
      return {};
  }
}

function inGraph(size: number): Bases {
  return { reads: size, turned: orthogonalFactors(size) };
}

/** Norms of heads stay: they come behind the matrices. */
function isFoldedNorm(name: string): boolean {
  return name === 'model.norm.weight' || name.endsWith('_layernorm.weight');
}

function scaleColumns(values: Float32Array, factors: Float32Array): void {
  for (let start = 0; start < values.length; start += factors.length) {
    for (let i = 0; i < factors.length; i++) values[start + i]! *= factors[i]!;
  }
}
