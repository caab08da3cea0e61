import { createRequire } from 'node:module';
import { createOnnxGraph } from '../../packages/graph/dist/onnx-graph.js';
import { modelTable } from '../../packages/graph/dist/onnx-messages.js';
import { encodeMessage } from '../../packages/graph/dist/protobuf.js';

export const onnxruntime = createRequire(import.meta.resolve('@beltline/onnx-node'))('onnxruntime-node');
/** Operators of onnxruntime's own. */
export const microsoft = { domain: 'com.microsoft' };

/** Loads the graph that `build` adds to an empty one; `change` gets its bytes. */
export function createSession(build, threads, change = (bytes) => bytes) {
  const graph = createOnnxGraph();
  build(graph);
  const { parts } = encodeMessage(modelTable, graph.finish({}));
  return onnxruntime.InferenceSession.create(change(Buffer.concat(parts)), {
    intraOpNumThreads: threads,
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { spin_duration_us: '300' } } },
  });
}

/** Adds a typed array as an initializer. */
export function constant(graph, name, type, shape, { buffer, byteOffset, byteLength }) {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return graph.initializer(name, type, shape, { kind: 'inline', bytes });
}

export function floats(dims, valueAt) {
  const count = dims.reduce((product, size) => product * size, 1);
  return new onnxruntime.Tensor(
    'float32',
    Float32Array.from({ length: count }, (_, index) => valueAt(index)),
    dims,
  );
}

/**
 * Runs each session in turn, again and again, and prints the medians by the clock and of the processor's time, of all
 * threads together. The latter hardly notices what else runs on the machine.
 *
 * @param runs what to time, by name.
 */
export async function compare(title, runs, rounds) {
  const names = Object.keys(runs);
  const clock = Object.fromEntries(names.map((name) => [name, []]));
  const processor = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round + 2) % names.length];
      const before = process.cpuUsage();
      const startedAt = performance.now();
      await runs[name]();
      const milliseconds = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      clock[name].push(milliseconds);
      processor[name].push((user + system) / 1000);
    }
  }
  const first = median(processor[names[0]]);
  console.log(title);
  console.table(
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          'clock ms': round2(median(clock[name])),
          'processor ms': round2(median(processor[name])),
          'of the first': round2(median(processor[name]) / first),
        },
      ]),
    ),
  );
}

export function median(values) {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)];
}

function round2(value) {
  return Math.round(value * 100) / 100;
}
