/** Just enough of onnx.proto3 to write a model file; field numbers are those of the specification. */
export const elementTypes = { float: 1, uint8: 2, int32: 6, int64: 7 };

export function createOnnxGraph() {
  const parts = [];
  return {
    /** @param attributes numbers: whole ones are stored as integers, `{ float }` as float32. */
    node(operator, inputs, outputs, { domain = '', ...attributes } = {}) {
      parts.push(
        message(1, [
          ...inputs.map((name) => text(1, name)),
          ...outputs.map((name) => text(2, name)),
          text(3, `/${outputs.find(Boolean)}/${operator}`),
          text(4, operator),
          ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))),
          text(7, domain),
        ]),
      );
    },
    initializer(name, type, sizes, array) {
      const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
      const head = [...sizes.map((size) => integer(1, size)), integer(2, elementTypes[type]), text(8, name)];
      parts.push(message(5, [...head, delimited(9, [bytes])]));
    },
    input: (name, type, sizes) => parts.push(message(11, valueInfo(name, type, sizes))),
    output: (name, type, sizes) => parts.push(message(12, valueInfo(name, type, sizes))),
    /** The file in pieces. */
    finish: () =>
      [
        integer(1, 10),
        message(7, [...parts, text(2, 'model')]),
        message(8, [integer(2, 21)]),
        message(8, [text(1, 'com.microsoft'), integer(2, 1)]),
      ].flat(Number.POSITIVE_INFINITY),
  };
}

function attribute(name, value) {
  if (typeof value === 'object') return [text(1, name), float(2, value.float), integer(20, 1)];
  return [text(1, name), integer(3, value), integer(20, 2)];
}

function valueInfo(name, type, sizes) {
  const axes = sizes.map((size) => message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]));
  const tensor = message(1, [integer(1, elementTypes[type]), message(2, axes)]);
  return [text(1, name), message(2, [tensor])];
}

// A field is a list, nested at will, of buffers: weights are not copied into their messages.

function message(number, fields) {
  return delimited(number, fields.flat(Number.POSITIVE_INFINITY));
}

function delimited(number, buffers) {
  const length = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return [varint(number * 8 + 2), varint(length), ...buffers];
}

function text(number, value) {
  return delimited(number, [Buffer.from(value)]);
}

function integer(number, value) {
  return [varint(number * 8), varint(value)];
}

function float(number, value) {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return [varint(number * 8 + 5), bytes];
}

/** Negative numbers are ten bytes long, as two's complement of 64 bits. */
function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
