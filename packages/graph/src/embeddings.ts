import { beltOutputs } from './contract.ts';
import { addQuantizedProduct, type BuildContext, bitsOf } from './graph-parts.ts';
import { blockSize, type QuantizedBits } from './quantize.ts';
import { matrixRows, storeQuantized, storeRows } from './weights.ts';

/** A table `[vocabularySize, hiddenSize]` that rows can be looked up in and hidden rows can be multiplied with. */
interface VocabularyTable {
  /** int64 `[1, S]` to float32 `[1, S, hiddenSize]`. */
  lookUp(name: string, ids: string): string;
  /** float32 `[R, hiddenSize]` to float32 `[R, vocabularySize]`. */
  project(name: string, rows: string): string;
}

/** Adds the embedding table; a tied LM head uses the very same bytes. */
export async function addEmbeddings(context: BuildContext): Promise<VocabularyTable> {
  return addTable(context, 'embeddings', 'model.embed_tokens.weight');
}

/** Adds the LM head on normed rows `[1, R, hiddenSize]`. */
export async function addLogits(
  context: BuildContext,
  embeddings: VocabularyTable,
  normed: string,
): Promise<void> {
  const { graph, config } = context;
  const head = config.tiedEmbeddings ? embeddings : await addTable(context, 'lm_head', 'lm_head.weight');
  const rows = graph.node('final_rows', 'Squeeze', [normed, graph.integers('final_rows.axis', [0])]);
  graph.output(head.project(beltOutputs.logits, rows), 'float', ['rows', config.vocabularySize]);
}

async function addTable(context: BuildContext, name: string, tensor: string): Promise<VocabularyTable> {
  const { precision } = context;
  return precision === 'fp32'
    ? addFloatTable(context, name, tensor)
    : addQuantizedTable(context, name, tensor, bitsOf(precision));
}

async function addFloatTable(
  { graph, sink, tensors }: BuildContext,
  name: string,
  tensor: string,
): Promise<VocabularyTable> {
  const table = await storeRows(graph, sink, name, matrixRows(tensors, [tensor]));
  return {
    lookUp: (node, ids) => graph.node(node, 'Gather', [table, ids]),
    project: (node, rows) => graph.node(node, 'Gemm', [rows, table], { attributes: { transB: 1 } }),
  };
}

async function addQuantizedTable(
  { graph, sink, tensors }: BuildContext,
  name: string,
  tensor: string,
  bits: QuantizedBits,
): Promise<VocabularyTable> {
  const matrix = matrixRows(tensors, [tensor]);
  const { rows, columns } = matrix;
  const { packed, scales } = await storeQuantized(graph, sink, name, matrix, bits);
  return {
    lookUp(node, ids) {
      // The packed bytes stay as the LM head wants them, blocks apart; only the scales get a last axis.
      const blockScales = graph.node(`${node}.scales`, 'Unsqueeze', [
        scales,
        graph.integers(`${node}.scales_axis`, [2]),
      ]);
      const blocks = graph.node(`${node}.blocks`, 'GatherBlockQuantized', [packed, ids, blockScales], {
        domain: 'com.microsoft',
        attributes: { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 2 },
      });
      return graph.node(node, 'Reshape', [blocks, graph.integers(`${node}.shape`, [1, -1, columns])]);
    },
    project: (node, hidden) =>
      addQuantizedProduct(graph, node, hidden, { packed, scales, bits, rows, columns }),
  };
}
