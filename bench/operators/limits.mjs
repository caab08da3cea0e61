/**
 * Measures what the machine allows a step: how fast memory is read, and how many products of float32 and of 8-bit
 * integers onnxruntime computes in large matrices.
 *
 *   npm run build && node bench/operators/limits.mjs --threads 1
 */
import { parseArgs } from 'node:util';
import { constant, createSession, floats, median, microsoft } from './time-graphs.mjs';

const { values: options } = parseArgs({ options: { threads: { type: 'string', default: '1' } } });
const threads = Number(options.threads);
const size = 1024;

/** Far more than the caches hold. */
const memory = floats([64, 2 ** 20], (index) => index % 7);
const reading = await createSession((graph) => {
  graph.input('input', 'float', [64, 2 ** 20]);
  graph.integers('axes', [1]);
  graph.output(
    graph.node('largest', 'ReduceMax', ['input', 'axes'], { attributes: { keepdims: 0 } }),
    'float',
    [64],
  );
}, threads);
const seconds = await fastest(() => reading.run({ input: memory }));
console.log(`memory read: ${((64 * 2 ** 20 * 4) / seconds / 1e9).toFixed(1)} GB/s`);

const input = floats([size, size], Math.sin);
const products = {
  float32: (graph) => {
    const weights = Float32Array.from({ length: size * size }, (_, index) => Math.cos(index));
    return graph.node('product', 'MatMul', [
      'input',
      constant(graph, 'weights', 'float', [size, size], weights),
    ]);
  },
  // Twenty products share one quantization of the inputs.
  'integers of 8 bits': (graph) => {
    constant(graph, 'zero', 'uint8', [], Uint8Array.of(128));
    constant(graph, 'step', 'float', [], Float32Array.of(1 / 128));
    constant(graph, 'one', 'float', [1], Float32Array.of(1));
    graph.node('codes', 'QuantizeLinear', ['input', 'step', 'zero']);
    const sums = Array.from({ length: 20 }, (_, index) => {
      const bytes = Uint8Array.from({ length: size * size }, (_, place) => place * (index + 3));
      const codes = constant(graph, `bytes.${index}`, 'uint8', [size, size], bytes);
      const weights = graph.node(`weights.${index}`, 'Cast', [codes], { attributes: { to: 3 } });
      const inputs = ['codes', weights, 'one', 'one', 'zero'];
      return graph.node(`product.${index}`, 'MatMulIntegerToFloat', inputs, microsoft);
    });
    return graph.node('product', 'Sum', sums);
  },
};
for (const [name, build] of Object.entries(products)) {
  const session = await createSession((graph) => {
    graph.input('input', 'float', [size, size]);
    graph.output(build(graph), 'float', [size, size]);
  }, threads);
  const count = (name === 'float32' ? 1 : 20) * size ** 3;
  const duration = await fastest(() => session.run({ input }));
  console.log(`products of ${name}: ${(count / duration / 1e9).toFixed(0)} billion multiply-adds a second`);
}

/** Seconds by the clock, and by the processor where one thread runs: the least of many. */
async function fastest(run) {
  const durations = [];
  for (let round = 0; round < 30; round++) {
    const before = process.cpuUsage();
    const startedAt = performance.now();
    await run();
    const clock = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(before);
    durations.push(threads === 1 ? Math.min(clock, (user + system) / 1e6) : clock);
  }
  return median(durations.sort((left, right) => left - right).slice(0, 5));
}
