import { checkpointLayout } from './checkpoint-layout.ts';
import type { ModelConfig } from './model-config.ts';
import { multiplyOrthogonal, orthogonalFactors, transposeEach } from './orthogonal.ts';
import type { TensorDescription, TensorSource } from './tensor-source.ts';

/**
 * The same model with its values in other bases, where none stands out among the others of its row: trained models have a
 * few values a hundred times as large as the rest, beside which 8 bits for the whole row leave nothing of the others.
 *
 * The stream of hidden states is multiplied with Q(hiddenSize), the values of each head with Q(headSize): matrices that read
 * one are multiplied too, those that write one likewise, and norms only divide by a length, which stays as it is, once their
 * factors are in the matrices behind them. One product is left to the graph: what `down_proj` reads must come multiplied with
 * Q(intermediateSize), each row `[p, q]` of the matrix's factors turned to `[q, p]`. The LM head gets a table of its own. After QuaRot (arXiv 2404.00456, sections 4.1 and 4.2, without
 * its rotations within attention).
 */
export function spreadCheckpoint(
  given: ModelConfig,
  source: TensorSource,
): { config: ModelConfig; tensors: TensorSource } {
  const config: ModelConfig = { ...given, tiedEmbeddings: false };
  const layout = checkpointLayout(config);
  const headSource = given.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const tensors = new Map<string, TensorDescription>();
  for (const [name, shape] of layout) tensors.set(name, { element: 'F32', shape });

  let lastWhole: { readonly name: string; readonly values: Promise<Float32Array> } | undefined;

  /** Rows with what is done to each alone: the norm before it, and the basis that it reads. */
  async function readTurnedRows(name: string, first: number, end: number): Promise<Float32Array> {
    const stored = name === 'lm_head.weight' ? headSource : name;
    const values = Float32Array.from(await source.readRows(stored, first, end));
    const { norm, reads } = basesOf(name, config);
    if (norm !== undefined) scaleColumns(values, await source.readRows(norm, 0, config.hiddenSize));
    if (reads === undefined) return values;
    multiplyOrthogonal(values, reads);
    return name.endsWith('down_proj.weight') ? transposeEach(values, ...orthogonalFactors(reads)) : values;
  }

  /** All rows, when each becomes a mixture of others. */
  async function readWhole(name: string, writes: number): Promise<Float32Array> {
    const [rows, columns = 1] = layout.get(name)!;
    const values = await readTurnedRows(name, 0, rows!);
    multiplyOrthogonal(values, writes, columns);
    return values;
  }

  return {
    config,
    tensors: {
      tensors,
      async readRows(name, first, end) {
        if (isFoldedNorm(name)) return new Float32Array(end - first).fill(1);
        const { writes } = basesOf(name, config);
        if (writes === undefined) return readTurnedRows(name, first, end);
        // Rows are asked for a few at a time; only the matrix that is being read is kept.
        if (lastWhole?.name !== name) lastWhole = { name, values: readWhole(name, writes) };
        const columns = layout.get(name)![1] ?? 1;
        return (await lastWhole.values).slice(first * columns, end * columns);
      },
    },
  };
}

interface Bases {
  /** The norm whose factors the matrix takes over. */
  readonly norm?: string;
  /** Size of the pieces that a matrix's inputs are turned in. */
  readonly reads?: number;
  /** Likewise of its outputs. */
  readonly writes?: number;
}

function basesOf(name: string, { hiddenSize, headSize, intermediateSize }: ModelConfig): Bases {
  if (name === 'model.embed_tokens.weight') return { reads: hiddenSize };
  if (name === 'lm_head.weight') return { norm: 'model.norm.weight', reads: hiddenSize };
  const [, layer, linear, kind] =
    /^(model\.layers\.\d+)\.(?:self_attn|mlp)\.(\w+_proj)\.(\w+)$/.exec(name) ?? [];
  const isBias = kind === 'bias';
  const input = (bases: Bases): Bases => (isBias ? {} : bases);
  const attention = input({ norm: `${layer}.input_layernorm.weight`, reads: hiddenSize });
  switch (linear) {
    case 'q_proj':
    case 'k_proj':
      return attention;
    case 'v_proj':
      return { ...attention, writes: headSize };
    case 'o_proj':
      return { ...input({ reads: headSize }), writes: hiddenSize };
    case 'gate_proj':
    case 'up_proj':
      return input({ norm: `${layer}.post_attention_layernorm.weight`, reads: hiddenSize });
    case 'down_proj':
      return { ...input({ reads: intermediateSize }), writes: hiddenSize };
    default:
      return {};
  }
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
