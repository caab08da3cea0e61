import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBeltGraph, inlineWeights } from '@beltline/graph';
import { openCheckpointFolder } from '@beltline/graph/node';
import { folder } from '../index.js';

const COPIED = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'];

const [source, precision = 'fp32'] = process.argv.slice(2);
if (source === undefined) {
  console.error(
    'usage: node scripts/make-files.mjs <Hugging Face folder> [fp32 | int8], after building @beltline/graph',
  );
  process.exit(2);
}

const output = fileURLToPath(folder);
await mkdir(output, { recursive: true });
const checkpoint = await openCheckpointFolder(source);
const { config, tensors } = checkpoint;
const graph = await buildBeltGraph({ config, tensors, precision, weights: inlineWeights() });
await checkpoint.close();
await writeFile(join(output, 'model.onnx'), graph.parts);
for (const name of COPIED) await writeFile(join(output, name), await readFile(join(source, name)));
await writeFile(join(output, 'beltline.json'), '{ "graph": "model.onnx", "format": "trained" }\n');
console.log(`${output}: ${graph.byteLength} bytes of graph`, graph.info);
