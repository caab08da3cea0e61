import type { ByteSource } from '@beltline/graph';

/** A metadata value with its GGUF type: a JavaScript number alone would not tell. */
export type Value =
  | { readonly type: 'uint32' | 'int32' | 'float32' | 'uint64' | 'int64' | 'float64'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'array'; readonly values: readonly Value[]; readonly of: Value['type'] };

export interface Tensor {
  readonly name: string;
  /** `ggml_type`. */
  readonly type: number;
  /** Innermost axis first, as GGUF has it. */
  readonly sizes: readonly number[];
  readonly bytes: Uint8Array;
}

export interface GgufContents {
  readonly version?: number;
  readonly metadata: Readonly<Record<string, Value>>;
  readonly tensors?: readonly Tensor[];
  readonly alignment?: number;
}

const typeNumbers = {
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
};

export const uint32 = (value: number): Value => ({ type: 'uint32', value });
export const float32 = (value: number): Value => ({ type: 'float32', value });
export const bool = (value: boolean): Value => ({ type: 'bool', value });
export const string = (value: string): Value => ({ type: 'string', value });
export const strings = (values: readonly string[]): Value => ({
  type: 'array',
  of: 'string',
  values: values.map(string),
});
export const int32s = (values: readonly number[]): Value => ({
  type: 'array',
  of: 'int32',
  values: values.map((value) => ({ type: 'int32', value })),
});
export const float32s = (values: readonly number[]): Value => ({
  type: 'array',
  of: 'float32',
  values: values.map(float32),
});

/** A GGUF file, written as the specification says. */
export function writeGguf({ version = 3, metadata, tensors = [], alignment = 32 }: GgufContents): Uint8Array {
  const parts: Buffer[] = [];
  const number = (size: number, write: (buffer: Buffer) => void) => {
    const buffer = Buffer.alloc(size);
    write(buffer);
    parts.push(buffer);
  };
  const count32 = (value: number) => number(4, (buffer) => buffer.writeUInt32LE(value));
  const count64 = (value: number) => number(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));
  const text = (value: string) => {
    const bytes = Buffer.from(value);
    count64(bytes.length);
    parts.push(bytes);
  };
  const payload = (value: Value): void => {
    switch (value.type) {
      case 'string':
        text(value.value);
        break;
      case 'bool':
        number(1, (buffer) => buffer.writeUInt8(Number(value.value)));
        break;
      case 'array':
        count32(typeNumbers[value.of]);
        count64(value.values.length);
        value.values.forEach(payload);
        break;
      case 'uint32':
        count32(value.value);
        break;
      case 'int32':
        number(4, (buffer) => buffer.writeInt32LE(value.value));
        break;
      case 'uint64':
        count64(value.value);
        break;
      case 'int64':
        number(8, (buffer) => buffer.writeBigInt64LE(BigInt(value.value)));
        break;
      case 'float32':
        number(4, (buffer) => buffer.writeFloatLE(value.value));
        break;
      case 'float64':
        number(8, (buffer) => buffer.writeDoubleLE(value.value));
        break;
      default:
        value satisfies never;
    }
  };
  parts.push(Buffer.from('GGUF'));
  count32(version);
  count64(tensors.length);
  count64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    text(key);
    count32(typeNumbers[value.type]);
    payload(value);
  }
  let offset = 0;
  for (const { name, type, sizes, bytes } of tensors) {
    text(name);
    count32(sizes.length);
    for (const size of sizes) count64(size);
    count32(type);
    count64(offset);
    offset = aligned(offset + bytes.length, alignment);
  }
  const pad = () => {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    parts.push(Buffer.alloc(aligned(length, alignment) - length));
  };
  pad();
  for (const { bytes } of tensors) {
    parts.push(Buffer.from(bytes));
    pad();
  }
  return new Uint8Array(Buffer.concat(parts));
}

function aligned(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Bytes as a file; reading beyond its end is a mistake that tests must see. */
export function sourceOf(bytes: Uint8Array, name = 'model.gguf'): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        throw new Error(`test read bytes [${offset}, ${offset + length}) of ${bytes.length}`);
      }
      return bytes.slice(offset, offset + length);
    },
  };
}
