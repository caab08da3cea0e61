import { join } from 'node:path';
import { TRUNK } from '@beltline/mask';
import { createOnnxNodeModel } from '@beltline/onnx-node';
import { versionOf } from './version-of.mjs';
import { firstToken, promptTokens } from './workload.mjs';

/** As the decoder does it. */
const chunkSize = 256;

/** @returns a peer: see `../peer-process.mjs` */
export async function createPeer({ path, widePath, threads, context }) {
  const model = await createOnnxNodeModel({
    graph: join(path, 'model.onnx'),
    ...(widePath && { wideGraph: join(widePath, 'model.onnx') }),
    threads,
  });
  const prompt = promptTokens(context);
  const cache = model.createCache();

  async function prefill() {
    cache.truncate(0);
    let logits;
    for (let start = 0; start < context; start += chunkSize) {
      const tokens = prompt.slice(start, start + chunkSize);
      [logits] = await model.forward(cache, {
        tokens,
        positions: tokens.map((_, index) => start + index),
        strands: tokens.map(() => TRUNK),
        logitsRows: start + chunkSize < context ? [] : [tokens.length - 1],
      });
    }
    return likeliest(logits);
  }

  /** One row goes on with the trunk; more are branches, which all see the prompt in the same slots. */
  async function decode(rows, steps, onStep) {
    while (cache.strands.size <= rows) cache.strands.add(TRUNK);
    const indices = Array.from({ length: rows }, (_, row) => row);
    const strands = indices.map((row) => (rows === 1 ? TRUNK : row + 1));
    let tokens = indices.map(firstToken);
    cache.truncate(context);
    for (let step = 0; step < steps; step++) {
      const positions = indices.map(() => context + step);
      const logits = await model.forward(cache, { tokens, positions, strands, logitsRows: indices });
      tokens = logits.map(likeliest);
      onStep(tokens);
    }
  }

  await prefill();
  const adapter = import.meta.resolve('@beltline/onnx-node');
  const versions = { 'onnxruntime-node': versionOf('onnxruntime-node', adapter) };
  return { versions, prefill, decode };
}

function likeliest(logits) {
  let best = 0;
  for (let token = 1; token < logits.length; token++) if (logits[token] > logits[best]) best = token;
  return best;
}
