/**
 * Measures the memory that it takes to make a large exported graph belt-ready.
 *
 *   npm run build && node bench/patch-memory.mjs
 *
 * The graphs are one of fixtures/exports with a vocabulary so large that its LM head has the wanted size: once with its
 * weights in a file beside it, and inside one .onnx file, up to protobuf's limit of 2 GiB. Each way of patching runs in a
 * process of its own; peak is the most memory that was resident there at once, mapped and read files included.
 * `idle` is a process that has loaded the same code and patched the small fixture.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { patchGraph } from '@beltline/graph';
import { patchGraphFile } from '@beltline/graph/node';

const fixture = fileURLToPath(new URL('../fixtures/exports/genai-llama-fp32/model.onnx', import.meta.url));
const headName = 'lm_head.MatMul.weight';
const hiddenSize = 64;
const gibibyte = 2 ** 30;
/** Protobuf's limit, less the rest of the file. */
const mostInside = 2 * gibibyte - 2 ** 20;

const { values, positionals } = parseArgs({
  options: { way: { type: 'string' } },
  allowPositionals: true,
});
if (values.way === undefined) await measureAll();
else await patchOnce(values.way, positionals[0]);

async function measureAll() {
  const folder = await mkdtemp(join(tmpdir(), 'beltline-patch-'));
  try {
    const beside = await makeGraph(join(folder, 'beside'), gibibyte, true);
    const inside = await makeGraph(join(folder, 'inside'), gibibyte, false);
    const limit = await makeGraph(join(folder, 'limit'), mostInside, false);
    const rows = [
      ['idle', 'file', fixture],
      ['1 GiB beside the graph', 'file', beside],
      ['1 GiB inside the graph', 'file', inside],
      ['2 GiB inside the graph', 'file', limit],
      ['1 GiB inside the graph, read before', 'bytes', inside],
    ];
    console.log('weights                                 patched from    peak MB    ms    patched graph kB');
    for (const [what, way, path] of rows) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        fileURLToPath(import.meta.url),
        ...['--way', way, path],
      ]);
      const { peak, milliseconds, kilobytes } = JSON.parse(stdout);
      console.log(
        what.padEnd(40) +
          way.padEnd(12) +
          [peak, milliseconds, kilobytes].map((n) => String(n).padStart(9)).join(''),
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function patchOnce(way, path) {
  const config = { model_type: 'llama', max_position_embeddings: 2048 };
  const bytes = way === 'file' ? undefined : await readFile(path);
  const start = performance.now();
  const patched =
    bytes === undefined ? await patchGraphFile(path, { config }) : patchGraph(bytes, { config });
  const milliseconds = Math.round(performance.now() - start);
  // Views of the file are no part of what was made.
  const made = patched.parts.filter(({ byteLength }) => byteLength < 2 ** 24);
  const kilobytes = Math.round(made.reduce((sum, { byteLength }) => sum + byteLength, 0) / 1000);
  const peak = Math.round(process.resourceUsage().maxRSS / 1000);
  console.log(JSON.stringify({ peak, milliseconds, kilobytes }));
}

/** The fixture with an LM head of `bytes`; zeros need no room on the disk. */
async function makeGraph(base, bytes, beside) {
  const small = await readFile(fixture);
  const vocabulary = bytes / 4 / hiddenSize;
  const head = Buffer.concat([
    ...[field(1, 0, varint(hiddenSize)), field(1, 0, varint(vocabulary)), field(2, 0, varint(1))],
    field(8, 2, text(headName)),
    ...(beside ? [...place(`${base}.data`, bytes), field(14, 0, varint(1))] : []),
  ]);
  const weights = beside ? Buffer.alloc(0) : Buffer.concat([varint(9 * 8 + 2), varint(bytes)]);
  const inside = beside ? 0 : bytes;
  const rest = withoutHead(graphOf(small));
  const headLength = head.length + weights.length + inside;
  const opening = Buffer.concat([varint(5 * 8 + 2), varint(headLength), head, weights]);
  const path = `${base}.onnx`;
  const file = await open(path, 'w');
  await file.write(
    Buffer.concat([field(1, 0, varint(10)), operatorSet('', 21), operatorSet('com.microsoft', 1)]),
  );
  await file.write(
    Buffer.concat([varint(7 * 8 + 2), varint(rest.length + opening.length + inside), rest, opening]),
  );
  const { size } = await file.stat();
  await file.truncate(size + inside);
  await file.close();
  if (beside) {
    const data = await open(`${base}.data`, 'w');
    await data.truncate(bytes);
    await data.close();
  }
  return path;
}

function place(path, bytes) {
  const entries = { location: path.slice(dirname(path).length + 1), offset: '0', length: String(bytes) };
  return Object.entries(entries).map(([key, value]) =>
    field(13, 2, Buffer.concat([field(1, 2, text(key)), field(2, 2, text(value))])),
  );
}

function operatorSet(domain, version) {
  return field(8, 2, Buffer.concat([field(1, 2, text(domain)), field(2, 0, varint(version))]));
}

function field(number, wireType, value) {
  const length = wireType === 2 ? varint(value.length) : Buffer.alloc(0);
  return Buffer.concat([varint(number * 8 + wireType), length, value]);
}

function varint(value) {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

function text(value) {
  return Buffer.from(value);
}

/** The fields of a message: number, and the bytes with and without their tag. */
function* fieldsOf(bytes) {
  let at = 0;
  const read = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = read();
    const length = tag % 8 === 2 ? read() : 0;
    if (tag % 8 === 0) read();
    else if (tag % 8 === 5) at += 4;
    const body = at;
    at += length;
    yield { number: Math.floor(tag / 8), whole: bytes.subarray(start, at), value: bytes.subarray(body, at) };
  }
}

function graphOf(bytes) {
  return [...fieldsOf(bytes)].find(({ number }) => number === 7).value;
}

function withoutHead(graph) {
  const kept = [...fieldsOf(graph)].filter(({ number, value }) => {
    if (number === 5)
      return ![...fieldsOf(value)].some((inner) => inner.number === 8 && inner.value.equals(text(headName)));
    // Sizes that were noted are those of the small vocabulary.
    return number !== 13;
  });
  return Buffer.concat(kept.map(({ whole }) => whole));
}
