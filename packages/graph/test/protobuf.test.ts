import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphError, readBeltGraph } from '../src/index.ts';
import { type ModelProto, modelTable } from '../src/onnx-messages.ts';
import { decodeMessage, encodeMessage } from '../src/protobuf.ts';
import { buildBytes, tinyModel } from './build.ts';

const roundTrip = (model: ModelProto): ModelProto =>
  decodeMessage(modelTable, Buffer.concat(encodeMessage(modelTable, model).parts));

const text = fc.string({ unit: 'binary', maxLength: 40 });
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytes = fc.uint8Array({ maxLength: 300 });
const entries = fc.array(fc.record({ key: text, value: text }, { requiredKeys: [] }), { maxLength: 3 });
const tensor = fc.record(
  {
    dims: fc.array(integer, { maxLength: 4 }),
    dataType: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    name: text,
    rawData: bytes,
    externalData: entries,
    dataLocation: fc.nat(1),
  },
  { requiredKeys: ['dims', 'externalData'] },
);
const attribute = fc.record(
  {
    name: text,
    float: fc.float({ noNaN: true }),
    int: integer,
    string: bytes,
    graph: bytes,
    tensor,
    ints: fc.array(integer),
    type: fc.nat(),
  },
  { requiredKeys: ['ints'] },
);
const node = fc.record(
  {
    inputs: fc.array(text),
    outputs: fc.array(text),
    name: text,
    operator: text,
    attributes: fc.array(attribute, { maxLength: 3 }),
    domain: text,
  },
  { requiredKeys: ['inputs', 'outputs', 'attributes'] },
);
const model = fc.record({
  irVersion: integer,
  graph: fc.record({
    nodes: fc.array(node, { maxLength: 4 }),
    name: text,
    initializers: fc.array(tensor, { maxLength: 3 }),
    inputs: fc.constant([
      {
        name: 'x',
        type: { tensorType: { elementType: 1, shape: { dimensions: [{ value: 1n }, { parameter: 'n' }] } } },
      },
    ]),
    outputs: fc.constant([]),
    valueInfo: fc.constant([]),
  }),
  operatorSets: fc.array(fc.record({ domain: text, version: integer }), { maxLength: 2 }),
  metadata: entries,
});

describe('messages', () => {
  test('survive encoding and decoding', () => {
    fc.assert(
      fc.property(model, (value) => {
        expect(normal(roundTrip(value as unknown as ModelProto))).toEqual(normal(value));
      }),
      { seed: 20260102, numRuns: 300 },
    );
  });

  test('keep the fields that nobody names, at every level', () => {
    const tensorBytes = new BinaryWriter();
    tensorBytes.tag(8, WireType.LengthDelimited).string('w');
    tensorBytes.tag(4, WireType.LengthDelimited).fork().float(1.5).float(-2).join();
    tensorBytes.tag(2, WireType.Varint).int32(1);
    const graphBytes = new BinaryWriter();
    graphBytes.tag(5, WireType.LengthDelimited).bytes(tensorBytes.finish());
    graphBytes.tag(10, WireType.LengthDelimited).string('a doc string');
    const modelBytes = new BinaryWriter();
    modelBytes.tag(5, WireType.Varint).int64(-7n);
    modelBytes.tag(7, WireType.LengthDelimited).bytes(graphBytes.finish());
    modelBytes.tag(3, WireType.LengthDelimited).string('1.30');
    modelBytes.tag(99, WireType.Bit64).fixed64(5n);
    const decoded = decodeMessage(modelTable, modelBytes.finish());
    // Tag and value of fields 5, 3 and 99.
    expect(decoded.unknown?.map((field) => field.length)).toEqual([1 + 10, 1 + 1 + 4, 2 + 8]);
    expect(decoded.graph?.unknown).toHaveLength(1);
    expect(decoded.graph?.initializers[0]).toMatchObject({ name: 'w', dataType: 1 });
    expect(decoded.graph?.initializers[0]?.unknown?.[0]).toHaveLength(2 + 8);
    expect(normal(roundTrip(decoded))).toEqual(normal(decoded));
  });

  test('repeated numbers may be packed or not', () => {
    const unpacked = new BinaryWriter();
    for (const size of [3n, 4n]) unpacked.tag(1, WireType.Varint).int64(size);
    const graph = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(unpacked.finish()).finish();
    const decoded = decodeMessage(
      modelTable,
      new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).finish(),
    );
    expect(decoded.graph?.initializers[0]?.dims).toEqual([3n, 4n]);
    expect(roundTrip(decoded).graph?.initializers[0]?.dims).toEqual([3n, 4n]);
  });

  test('weights are views when read and the same arrays when written', () => {
    const rawData = new Uint8Array(1000).fill(7);
    const graph = {
      nodes: [],
      initializers: [{ dims: [1000n], rawData, externalData: [] }],
      inputs: [],
      outputs: [],
      valueInfo: [],
    };
    const encoded = encodeMessage(modelTable, { graph, operatorSets: [], metadata: [] });
    expect(encoded.parts).toContain(rawData);
    const file = new Uint8Array(Buffer.concat(encoded.parts));
    expect(decodeMessage(modelTable, file).graph?.initializers[0]?.rawData?.buffer).toBe(file.buffer);
  });
});

describe('broken files', () => {
  const outcome = (file: Uint8Array): string => {
    try {
      readBeltGraph(file);
      return 'read';
    } catch (error) {
      if (error instanceof GraphError) return error.code;
      throw error;
    }
  };

  test('a file that is cut anywhere is no belt-ready graph', async () => {
    const file = await buildBytes(tinyModel({ num_hidden_layers: 1, max_position_embeddings: 8 }));
    for (let length = 0; length < file.length; length += length < 3000 ? 1 : 997) {
      expect(outcome(file.subarray(0, length))).toMatch(/INVALID_PROTOBUF|NOT_BELT_READY/);
    }
    expect(outcome(file)).toBe('read');
  });

  test('bytes changed at random are read or refused, with no other error', async () => {
    const file = await buildBytes(tinyModel({ num_hidden_layers: 1, max_position_embeddings: 8 }));
    const place = fc.oneof(
      fc.nat(2000),
      fc.integer({ min: file.length - 500, max: file.length - 1 }),
      fc.nat(file.length - 1),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const changed = new Uint8Array(file);
        for (const [index, value] of changes) changed[index] = value;
        expect(outcome(changed)).toMatch(/INVALID_PROTOBUF|NOT_BELT_READY|read/);
      }),
      { seed: 20260103, numRuns: 500 },
    );
  });

  test('noise is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (noise) => {
        expect(outcome(noise)).toMatch(/INVALID_PROTOBUF|NOT_BELT_READY/);
      }),
      { seed: 20260104, numRuns: 500 },
    );
  });

  test.each([
    ['beltline.contract_version', '2', /version 2/],
    ['beltline.layers', 'many', /layers/],
    ['beltline.precision', 'fp7', /precision/],
    ['beltline.head_size', undefined, /head_size/],
  ])('metadata %s = %s is refused by name', async (key, value, message) => {
    const decoded = decodeMessage(modelTable, await buildBytes(tinyModel()));
    decoded.metadata = decoded.metadata.filter((entry) => entry.key !== key);
    if (value !== undefined) decoded.metadata.push({ key, value });
    const file = Buffer.concat(encodeMessage(modelTable, decoded).parts);
    expect(() => readBeltGraph(file)).toThrow(expect.objectContaining({ code: 'NOT_BELT_READY' }));
    expect(() => readBeltGraph(file)).toThrow(message);
  });
});

/** Bytes as lists, so that views compare by content. */
function normal(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item) => {
      if (typeof item === 'bigint') return `${item}n`;
      if (item instanceof Uint8Array) return [...item];
      if (item?.type === 'Buffer') return item.data;
      return Object.is(item, -0) ? 0 : item;
    }),
  );
}
