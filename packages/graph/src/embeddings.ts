import { beltOutputs } from './contract.ts';
import { addBlockProduct, type BuildContext, blockRows } from './graph-parts.ts';
import { type BlockMatrixRows, matrixRows, storeBlocks, storeRows } from './weights.ts';

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
  const { graph, config, tensors, products } = context;
  const rows = graph.node('final_rows', 'Squeeze', [normed, graph.integers('final_rows.axis', [0])]);
  let logits: string;
  if (products !== undefined) {
    logits = await products.multiply(beltOutputs.logits, rows, matrixRows(tensors, ['lm_head.weight']), 2);
  } else {
    const head = config.tiedEmbeddings ? embeddings : await addTable(context, 'lm_head', 'lm_head.weight');
    logits = head.project(beltOutputs.logits, rows);
  }
  graph.output(logits, 'float', ['rows', config.vocabularySize]);
}

async function addTable(context: BuildContext, name: string, tensor: string): Promise<VocabularyTable> {
  const blocks = blockRows(context, [tensor]);
  return blocks === undefined ? addFloatTable(context, name, tensor) : addBlockTable(context, name, blocks);
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

async function addBlockTable(
  { graph, sink }: BuildContext,
  name: string,
  blocks: BlockMatrixRows,
): Promise<VocabularyTable> {
  const table = await storeBlocks(graph, sink, name, blocks);
  const { bits, blockSize } = table.format;
  return {
    lookUp(node, ids) {
      // The packed bytes stay as the LM head wants them, blocks apart; scales and offsets get a last axis instead.
      const lastAxis = graph.integers(`${node}.last_axis`, [2]);
      const scales = graph.node(`${node}.scales`, 'Unsqueeze', [table.scales, lastAxis]);
      let found = graph.node(`${node}.blocks`, 'GatherBlockQuantized', [table.packed, ids, scales], {
        domain: 'com.microsoft',
        attributes: { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 2 },
      });
      if (table.offsets !== undefined) {
        const offsets = graph.node(`${node}.offsets`, 'Gather', [table.offsets, ids]);
        const aligned = graph.node(`${node}.offsets_apart`, 'Unsqueeze', [
          offsets,
          graph.integers(`${node}.offsets_axis`, [3]),
        ]);
        found = graph.node(`${node}.values`, 'Add', [found, aligned]);
      }
      return graph.node(node, 'Reshape', [found, graph.integers(`${node}.shape`, [1, -1, table.columns])]);
    },
    project: (node, hidden) => addBlockProduct(graph, node, hidden, table),
  };
}
