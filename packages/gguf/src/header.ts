import { type ElementType, elementType, elementTypeName } from './element-types.ts';
import { GgufError, invalid } from './gguf-error.ts';
import { HeaderCursor } from './header-cursor.ts';
import { type MetadataValue, readMetadataValue } from './metadata-value.ts';

/** Where a tensor lies and how it is stored. */
export interface GgufTensor {
  /** `F32`, `Q4_K` and so on, as ggml names it. */
  readonly typeName: string;
  /** Undefined for a type that cannot be read. */
  readonly type: ElementType | undefined;
  /** Outermost axis first, as everywhere but in GGUF. */
  readonly shape: readonly number[];
  /** First byte in the file. */
  readonly start: number;
  /** 0 for a type that cannot be read. */
  readonly byteLength: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, MetadataValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/** "GGUF", read as a little-endian number. */
const magic = 0x46554747;
const maxAxes = 4;

/**
 * Parses the header from the first bytes of a file of `size` bytes.
 *
 * @throws {HeaderGoesOn} when `bytes` end before the header does; {@link GgufError} otherwise.
 */
export function parseHeader(bytes: Uint8Array, file: string, size: number): GgufHeader {
  const cursor = new HeaderCursor(bytes, file, size);
  checkVersion(cursor);
  const tensorCount = cursor.size64('the number of tensors');
  const entryCount = cursor.size64('the number of metadata entries');
  // The least that one can take: key length, value type, one byte; name length, axes, type, offset.
  cursor.expectRoom(entryCount, 13, 'metadata entries');
  cursor.expectRoom(tensorCount, 24, 'tensors');
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < entryCount; i++) {
    const key = cursor.string('a metadata key');
    if (metadata.has(key)) throw invalid(file, `metadata key ${JSON.stringify(key)} comes twice`, key);
    metadata.set(key, readMetadataValue(cursor, key));
  }
  return { metadata, tensors: readTensors(cursor, tensorCount, readAlignment(cursor, metadata)) };
}

function checkVersion(cursor: HeaderCursor): void {
  const { file } = cursor;
  if (cursor.uint32('the magic number') !== magic) throw invalid(file, 'it does not begin with "GGUF"');
  const version = cursor.uint32('the version');
  if (version === 2 || version === 3) return;
  const isSwapped = version !== 0 && (version & 0xffff) === 0;
  const problem = isSwapped
    ? 'is a big-endian GGUF file, and only little-endian ones are read'
    : `follows version ${version} of GGUF, and versions 2 and 3 are read`;
  throw new GgufError('UNSUPPORTED_GGUF', `${file} ${problem}. Get another conversion of the model.`, {
    subject: file,
  });
}

function readAlignment({ file }: HeaderCursor, metadata: ReadonlyMap<string, MetadataValue>): number {
  const key = 'general.alignment';
  const value = metadata.get(key) ?? 32;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value % 8 === 0) return value;
  throw invalid(file, `${key} is ${String(value)}, not a multiple of 8`, key);
}

function readTensors(cursor: HeaderCursor, count: number, alignment: number): Map<string, GgufTensor> {
  const described = new Map<string, Omit<GgufTensor, 'byteLength'>>();
  for (let i = 0; i < count; i++) {
    const name = cursor.string('a tensor name');
    if (described.has(name)) throw invalid(cursor.file, `tensor ${JSON.stringify(name)} comes twice`, name);
    const shape = readShape(cursor, name);
    const type = cursor.uint32(`the type of ${name}`);
    const start = cursor.size64(`the offset of ${name}`);
    if (start % alignment !== 0)
      throw invalid(cursor.file, `${name} does not begin at a multiple of ${alignment}`, name);
    described.set(name, { typeName: elementTypeName(type), type: elementType(type), shape, start });
  }
  const dataStart = Math.ceil(cursor.offset / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const [name, tensor] of described) {
    const start = dataStart + tensor.start;
    const byteLength = byteLengthOf(cursor.file, name, tensor);
    if (start + byteLength > cursor.size) {
      throw invalid(cursor.file, `${name} ends at byte ${start + byteLength} of ${cursor.size}`, name);
    }
    tensors.set(name, { ...tensor, start, byteLength });
  }
  refuseOverlaps(cursor.file, tensors);
  return tensors;
}

function readShape(cursor: HeaderCursor, name: string): number[] {
  const axes = cursor.uint32(`the number of axes of ${name}`);
  if (axes === 0 || axes > maxAxes)
    throw invalid(cursor.file, `${name} has ${axes} axes, not 1 to ${maxAxes}`, name);
  const sizes = Array.from({ length: axes }, () => cursor.size64(`an axis of ${name}`));
  if (sizes.includes(0)) throw invalid(cursor.file, `${name} is empty: its shape is [${sizes}]`, name);
  // GGUF counts axes from the innermost.
  return sizes.reverse();
}

function byteLengthOf(file: string, name: string, { shape, type }: Omit<GgufTensor, 'byteLength'>): number {
  const values = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(values)) throw invalid(file, `${name} has the impossible shape [${shape}]`, name);
  if (type === undefined) return 0;
  if (shape.at(-1)! % type.blockValues !== 0) {
    throw invalid(file, `the rows of ${name}, [${shape}], are not whole blocks of ${type.name}`, name);
  }
  return (values / type.blockValues) * type.blockBytes;
}

function refuseOverlaps(file: string, tensors: ReadonlyMap<string, GgufTensor>): void {
  const ordered = [...tensors].sort(([, a], [, b]) => a.start - b.start || a.byteLength - b.byteLength);
  for (let i = 1; i < ordered.length; i++) {
    const [name, { start }] = ordered[i]!;
    const [previousName, previous] = ordered[i - 1]!;
    if (start < previous.start + previous.byteLength)
      throw invalid(file, `${previousName} and ${name} overlap`, name);
  }
}
