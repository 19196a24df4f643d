import { dirname, join } from 'node:path/posix';
import { DrivesweepError } from '@drivesweep/contracts';
import type { BundleManifest } from './bundle-manifest.ts';
import { checkPath } from './bundle.ts';
import { ProtobufDamage, ProtobufFile } from './protobuf.ts';
import type { Span } from './protobuf.ts';

/** Where a tensor of a graph keeps its data outside of the graph file. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  /** Null when it reaches to the end of the file. */
  readonly length: number | null;
}

type Message =
  'model' | 'graph' | 'node' | 'attribute' | 'function' | 'training' | 'sparse' | 'tensor';

/** Numbers of the fields that lead to tensors (onnx.proto3 of ONNX 1.17, IR version 10). */
const CHILDREN: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};
const EXTERNAL_DATA = 13;
const DEEPEST = 64;
const LONGEST_TEXT_BYTES = 4096;

/** Every place outside of its file that a graph reads weights from. Throws BUNDLE_GRAPH_MISMATCH when it is no ONNX file. */
export function readExternalData(graphPath: string): ExternalData[] {
  const file = new ProtobufFile(graphPath);
  try {
    return [...walk(file, 'model', file.whole, 0)];
  } catch (thrown) {
    if (!(thrown instanceof ProtobufDamage)) throw thrown;
    throw new DrivesweepError(
      'BUNDLE_GRAPH_MISMATCH',
      `${graphPath} is no ONNX graph: ${thrown.message}`,
      {
        cause: thrown,
      },
    );
  } finally {
    file.close();
  }
}

/**
 * Throws unless everything that the graph reads is a file of the bundle: listed with its hash, below the bundle, and as
 * long as the graph thinks. Errors: BUNDLE_PATH_UNSAFE, BUNDLE_FILE_MISSING, BUNDLE_GRAPH_MISMATCH.
 * @param graphPath where the graph lies on this machine
 */
export function checkExternalData(manifest: BundleManifest, graphPath: string): void {
  const bytesOf = new Map(manifest.files.map(({ path, bytes }) => [path, bytes]));
  for (const { location, offset, length } of readExternalData(graphPath)) {
    checkPath(location);
    const path = join(dirname(manifest.graph), location);
    const bytes = bytesOf.get(path);
    if (bytes === undefined) {
      throw new DrivesweepError(
        'BUNDLE_FILE_MISSING',
        `the graph reads ${path}, which is not listed`,
        {
          hint: 'list the file in "files" of policy.json with its hash',
        },
      );
    }
    if (!(offset >= 0 && offset + (length ?? 0) <= bytes)) {
      throw new DrivesweepError(
        'BUNDLE_GRAPH_MISMATCH',
        `the graph reads ${path} past its ${bytes} bytes`,
      );
    }
  }
}

function* walk(
  file: ProtobufFile,
  message: Message,
  span: Span,
  depth: number,
): Generator<ExternalData> {
  if (depth > DEEPEST) throw new ProtobufDamage(`graphs inside graphs, ${depth} deep`);
  const entries = new Map<string, string>();
  for (const field of file.fieldsIn(span)) {
    if (field.span === null) continue;
    const child = CHILDREN[message][field.number];
    if (child !== undefined) yield* walk(file, child, field.span, depth + 1);
    else if (message === 'tensor' && field.number === EXTERNAL_DATA) {
      const [key, value] = readEntry(file, field.span);
      // Of two values for one key ONNX Runtime takes the last; either could be meant to deceive.
      if (entries.has(key)) throw new ProtobufDamage(`a tensor states its ${key} twice`);
      entries.set(key, value);
    }
  }
  const location = entries.get('location');
  if (location === undefined) return;
  const length = entries.get('length');
  yield {
    location,
    offset: countOf(entries.get('offset') ?? '0'),
    length: length === undefined ? null : countOf(length),
  };
}

/** A StringStringEntryProto. */
function readEntry(file: ProtobufFile, span: Span): [key: string, value: string] {
  const texts = ['', ''];
  for (const { number, span: at } of file.fieldsIn(span)) {
    if (at !== null && (number === 1 || number === 2)) {
      texts[number - 1] = file.text(at, LONGEST_TEXT_BYTES);
    }
  }
  return [texts[0] ?? '', texts[1] ?? ''];
}

function countOf(text: string): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(count))
    throw new ProtobufDamage(`${JSON.stringify(text)} is no number of bytes`);
  return count;
}
