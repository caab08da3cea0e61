/**
 * Times the matrix products of one pass, in the forms that onnxruntime has for quantized weights: all 211 of
 * SmolLM2-135M's shape, the LM head included, random weights.
 *
 *   npm run build && node bench/operators/products.mjs
 *
 * Options: --rows 1,2,4,10,16,32,64, --threads 1, --rounds 15, --forms LIST.
 */
import { parseArgs } from 'node:util';
import { compare, constant, createSession, floats, microsoft } from './time-graphs.mjs';

const layers = 30;
const [hidden, kvSize, intermediate, vocabulary] = [576, 192, 1536, 49152];

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1,2,4,10,16,32,64' },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '15' },
    forms: { type: 'string' },
  },
});

let state = 1;
/** The same weights for every form. */
function randomBytes(count) {
  const bytes = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

function blocks({ bits, size, accuracy = 4, zeroPoints = false }) {
  return (graph, name, input, columns, rows) => {
    const count = columns / size;
    const bytes = (size * bits) / 8;
    const weights = randomBytes(rows * count * bytes);
    const inputs = [
      input,
      constant(graph, `${name}.packed`, 'uint8', [rows, count, bytes], weights),
      constant(graph, `${name}.scales`, 'float', [rows, count], new Float32Array(rows * count).fill(1e-3)),
    ];
    if (zeroPoints) {
      const packed = new Uint8Array(rows * Math.ceil((count * bits) / 8)).fill(0x77);
      inputs.push(constant(graph, `${name}.zeros`, 'uint8', [packed.length], packed));
    }
    const attributes = { K: columns, N: rows, bits, block_size: size, accuracy_level: accuracy };
    return graph.node(name, 'MatMulNBits', inputs, { ...microsoft, attributes });
  };
}

/** 8 bits with one scale per row of the inputs and one per output: integers all the way through a product. */
function integers() {
  const quantized = new Map();
  return (graph, name, input, columns, rows) => {
    if (!quantized.has(input)) quantized.set(input, quantizeRows(graph, input));
    const { codes, scale } = quantized.get(input);
    const bytes = constant(graph, `${name}.bytes`, 'uint8', [columns, rows], randomBytes(columns * rows));
    // The runtime does this once, when it loads the graph.
    const weights = graph.node(`${name}.weights`, 'Cast', [bytes], { attributes: { to: 3 } });
    const scales = constant(graph, `${name}.scales`, 'float', [rows], new Float32Array(rows).fill(1e-3));
    const product = graph.node(
      `${name}.product`,
      'MatMulIntegerToFloat',
      [codes, weights, 'one', scales, 'zero'],
      microsoft,
    );
    return graph.node(name, 'Mul', [product, scale]);
  };
}

function quantizeRows(graph, input) {
  const name = `${input}.quantized`;
  const magnitudes = graph.node(`${name}.magnitudes`, 'Abs', [input]);
  const largest = graph.node(`${name}.largest`, 'ReduceMax', [magnitudes, 'last'], {
    attributes: { keepdims: 1 },
  });
  const scale = graph.node(`${name}.scale`, 'Mul', [largest, 'step']);
  const scaled = graph.node(`${name}.scaled`, 'Div', [input, scale]);
  return { scale, codes: graph.node(name, 'QuantizeLinear', [scaled, 'unit', 'zero']) };
}

const forms = {
  'int4, blocks of 32': () => blocks({ bits: 4, size: 32 }),
  'int4, blocks of 16': () => blocks({ bits: 4, size: 16 }),
  'int4, blocks of 64': () => blocks({ bits: 4, size: 64 }),
  'int4, blocks of 32, zero points': () => blocks({ bits: 4, size: 32, zeroPoints: true }),
  'int4, blocks of 32, float activations': () => blocks({ bits: 4, size: 32, accuracy: 0 }),
  'int8, blocks of 32': () => blocks({ bits: 8, size: 32 }),
  'int8, blocks of 64': () => blocks({ bits: 8, size: 64 }),
  'int8, MatMulInteger': integers,
};

function pass(linear) {
  return (graph) => {
    constant(graph, 'zero', 'uint8', [], Uint8Array.of(128));
    constant(graph, 'unit', 'float', [], Float32Array.of(1));
    constant(graph, 'one', 'float', [1], Float32Array.of(1));
    constant(graph, 'step', 'float', [1], Float32Array.of(1 / 127));
    graph.integers('last', [-1]);
    let input = graph.input('input', 'float', [1, 'rows', hidden]);
    for (let layer = 0; layer < layers; layer++) {
      const add = (name, from, columns, rows) => linear(graph, `${layer}.${name}`, from, columns, rows);
      graph.output(add('keys', input, hidden, kvSize), 'float', [1, 'rows', kvSize]);
      graph.output(add('values', input, hidden, kvSize), 'float', [1, 'rows', kvSize]);
      const attended = add('output', add('queries', input, hidden, hidden), hidden, hidden);
      const gate = add('gate', attended, hidden, intermediate);
      const up = add('up', attended, hidden, intermediate);
      const gated = graph.node(`${layer}.gated`, 'Mul', [gate, up]);
      input = add('down', gated, intermediate, hidden);
    }
    graph.output(linear(graph, 'head', input, hidden, vocabulary), 'float', [1, 'rows', vocabulary]);
  };
}

const sessions = {};
for (const name of options.forms?.split(';') ?? Object.keys(forms)) {
  state = 1;
  sessions[name] = await createSession(pass(forms[name]()), Number(options.threads));
}
for (const rows of options.rows.split(',').map(Number)) {
  const input = floats([1, rows, hidden], Math.sin);
  const runs = Object.fromEntries(
    Object.entries(sessions).map(([name, session]) => [name, () => session.run({ input })]),
  );
  await compare(`${rows} rows`, runs, Number(options.rounds));
}
