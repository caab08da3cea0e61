import { readFile } from 'node:fs/promises';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ByteSource, GraphError, inspectGraph, patchGraph, readGraphOutline } from '../src/index.ts';
import { findExport } from './exports.ts';

/** What happened; anything but a result or a typed error fails the test. */
function outcome(run: () => unknown): string {
  try {
    run();
    return 'done';
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  if (error instanceof GraphError) return error.code;
  throw error;
}

async function outlineOutcome(bytes: Uint8Array): Promise<string> {
  return readGraphOutline(sourceOf(bytes), 'model.onnx').then(() => 'done', codeOf);
}

function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    name: 'fuzzed.onnx',
    size: bytes.length,
    async read(offset, length) {
      // Whoever believes a length of the file would allocate it.
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length))
        throw new Error('read outside of the file');
      return bytes.slice(offset, offset + length);
    },
  };
}

const codes = /^(done|INVALID_PROTOBUF|INVALID_GRAPH|UNSUPPORTED_GRAPH)$/;

const files = ['genai-llama-fp32', 'genai-llama-int4', 'optimum-mistral-outline'] as const;

describe.each(files)('%s', (name) => {
  test('cut anywhere is read or refused', async () => {
    const { path, config } = await findExport(name);
    const file = new Uint8Array(await readFile(path));
    for (let length = 0; length < file.length; length += Math.ceil(file.length / 60)) {
      const cut = file.subarray(0, length);
      expect(outcome(() => patchGraph(cut, { config }))).toMatch(codes);
      expect(await outlineOutcome(cut)).toMatch(codes);
    }
  });

  test('with bytes changed at random is read or refused', async () => {
    const { path, config } = await findExport(name);
    const file = new Uint8Array(await readFile(path));
    const place = fc.oneof(fc.nat(2000), fc.nat(file.length - 1));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 12 }),
        async (changes) => {
          const changed = file.slice();
          for (const [index, value] of changes) changed[index] = value;
          expect(outcome(() => patchGraph(changed, { config }))).toMatch(codes);
          expect(outcome(() => inspectGraph(changed, { config }))).toMatch(codes);
          expect(await outlineOutcome(changed)).toMatch(codes);
        },
      ),
      { seed: 20261123, numRuns: 60 },
    );
  });

  test('with nodes rewired at random is patched or refused', async () => {
    const { path, config } = await findExport(name);
    const text = (await readFile(path)).toString('latin1');
    // Names of values, each put in the place of another of the same length: circles, second sources, wrong inputs.
    const names = [...new Set(text.match(/\/model\/[\w./[\]]+/g))];
    const groups = [...groupByLength(names).values()].filter((group) => group.length > 1);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 }),
        (swaps) => {
          let changed = text;
          for (const [group, from, to] of swaps) {
            const values = groups[group % groups.length]!;
            changed = changed.replace(values[from % values.length]!, () => values[to % values.length]!);
          }
          const bytes = new Uint8Array(Buffer.from(changed, 'latin1'));
          expect(outcome(() => patchGraph(bytes, { config }))).toMatch(codes);
        },
      ),
      { seed: 20261124, numRuns: 60 },
    );
  });
});

function groupByLength(names: readonly string[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const name of names) groups.set(name.length, [...(groups.get(name.length) ?? []), name]);
  return groups;
}

test('noise is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (noise) => {
      expect(outcome(() => patchGraph(noise))).toMatch(codes);
      expect(await outlineOutcome(noise)).toMatch(codes);
    }),
    { seed: 20261125, numRuns: 300 },
  );
});

test.each<[string, Uint8Array]>([
  ['a graph of 2^53 bytes', new Uint8Array([0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0])],
  ['a length of more than 10 bytes', new Uint8Array([0x3a, ...new Uint8Array(20).fill(0xff)])],
  ['a tag of field 0', new Uint8Array([0x02, 0x00])],
  ['a group', new Uint8Array([0x3b, 0x00])],
  [
    'weights beyond the end',
    nested([7, 5], new Uint8Array([0x4a, 0xff, 0xff, 0xff, 0x7f, ...new Uint8Array(1100)])),
  ],
])('%s is refused by both readers', async (_, bytes) => {
  expect(outcome(() => patchGraph(bytes))).toBe('INVALID_PROTOBUF');
  expect(await outlineOutcome(bytes)).toBe('INVALID_PROTOBUF');
});

test('graphs nested in graphs end in an error, not in the stack', () => {
  let graph: Uint8Array = new Uint8Array(0);
  for (let level = 0; level < 5000; level++) graph = nested([1, 5, 6], graph);
  expect(outcome(() => patchGraph(nested([7], graph)))).toBe('INVALID_GRAPH');
});

test('a chain of a hundred thousand nodes is followed to its end', () => {
  const graph = new BinaryWriter();
  for (let i = 0; i < 100_000; i++) {
    graph.tag(1, WireType.LengthDelimited).fork();
    graph.tag(1, WireType.LengthDelimited).string(i === 0 ? 'input_ids' : `v${i - 1}`);
    graph.tag(2, WireType.LengthDelimited).string(i === 99_999 ? 'logits' : `v${i}`);
    graph.tag(4, WireType.LengthDelimited).string('Identity').join();
  }
  graph.tag(11, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string('input_ids').join();
  expect(outcome(() => patchGraph(nested([7], graph.finish())))).toBe('UNSUPPORTED_GRAPH');
});

/** Wraps bytes into length-delimited fields, the last of them innermost. */
function nested(fields: readonly number[], bytes: Uint8Array): Uint8Array {
  return fields.reduceRight<Uint8Array>(
    (inner, field) => new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(inner).finish(),
    bytes,
  );
}
