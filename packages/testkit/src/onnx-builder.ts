/**
 * Writes small ONNX models, so that a test makes the graph that it is about. Only what such tests need: one graph, dense
 * initialisers, attributes of integers and floats. Field numbers from onnx/onnx.proto (IR version 8, opset 17).
 */

export type OnnxType = 'float32' | 'uint8' | 'int64';

export interface OnnxValue {
  readonly name: string;
  readonly type: OnnxType;
  /** A text is a symbolic dimension. */
  readonly dims: readonly (number | string)[];
}

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly ints?: Readonly<Record<string, readonly number[]>>;
  readonly int?: Readonly<Record<string, number>>;
  readonly float?: Readonly<Record<string, number>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface OnnxModel {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly constants?: readonly OnnxConstant[];
}

const ELEMENT_TYPE = { float32: 1, uint8: 2, int64: 7 } as const;
const ATTRIBUTE_TYPE = { float: 1, int: 2, ints: 7 } as const;
const IR_VERSION = 8;
const OPSET = 17;

/** The bytes of a `.onnx` file. Nodes must stand in an order in which they can be run. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const graph = message(
    ...model.nodes.map((node) => field(1, encodeNode(node))),
    field(2, 'graph'),
    ...(model.constants ?? []).map((constant) => field(5, encodeConstant(constant))),
    ...model.inputs.map((value) => field(11, encodeValue(value))),
    ...model.outputs.map((value) => field(12, encodeValue(value))),
  );
  const opset = message(field(1, ''), number(2, OPSET));
  return message(
    number(1, IR_VERSION),
    field(2, 'drivesweep-testkit'),
    field(7, graph),
    field(8, opset),
  );
}

function encodeNode(node: OnnxNode): Uint8Array {
  return message(
    ...node.inputs.map((name) => field(1, name)),
    ...node.outputs.map((name) => field(2, name)),
    field(4, node.op),
    ...Object.entries(node.ints ?? {}).map(([name, values]) =>
      attribute(name, 'ints', ...values.map((value) => number(8, value))),
    ),
    ...Object.entries(node.int ?? {}).map(([name, value]) =>
      attribute(name, 'int', number(3, value)),
    ),
    ...Object.entries(node.float ?? {}).map(([name, value]) =>
      attribute(name, 'float', float(2, value)),
    ),
  );
}

function attribute(
  name: string,
  type: keyof typeof ATTRIBUTE_TYPE,
  ...value: Uint8Array[]
): Uint8Array {
  return field(5, message(field(1, name), ...value, number(20, ATTRIBUTE_TYPE[type])));
}

function encodeConstant({ name, dims, data }: OnnxConstant): Uint8Array {
  const type = data instanceof Float32Array ? ELEMENT_TYPE.float32 : ELEMENT_TYPE.int64;
  return message(
    ...dims.map((dim) => number(1, dim)),
    number(2, type),
    field(8, name),
    field(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
}

function encodeValue({ name, type, dims }: OnnxValue): Uint8Array {
  const shape = message(
    ...dims.map((dim) => field(1, typeof dim === 'number' ? number(1, dim) : field(2, dim))),
  );
  const tensor = message(number(1, ELEMENT_TYPE[type]), field(2, shape));
  return message(field(1, name), field(2, message(field(1, tensor))));
}

/** Protobuf: a varint field. Negative numbers take ten bytes, as int64 does. */
function number(id: number, value: number): Uint8Array {
  return message(varint((id << 3) | 0), varint(value));
}

/** Protobuf: a 32-bit float field. */
function float(id: number, value: number): Uint8Array {
  return message(varint((id << 3) | 5), new Uint8Array(new Float32Array([value]).buffer));
}

/** Protobuf: a length-delimited field. */
function field(id: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return message(varint((id << 3) | 2), varint(bytes.length), bytes);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

function message(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
