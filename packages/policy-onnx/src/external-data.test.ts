import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DrivesweepError } from '@drivesweep/contracts';
import { bundleOf, busyPolicyBundle, localBundle, remoteBundle } from '@drivesweep/testkit';
import { openBundle } from './bundle.ts';
import { readExternalData } from './external-data.ts';
import { localBundle as copyToDisk, verifyFolder } from './local-bundle.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'drivesweep-external-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Beside the graph of the good bundle. */
const WEIGHTS = { 'graphs/weights.bin': new Uint8Array(32) };

/** A length-delimited field. */
function field(number: number, ...parts: (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const lengths = [];
  for (let rest = body.length; ; rest = Math.floor(rest / 128)) {
    lengths.push(rest >= 128 ? (rest % 128) + 128 : rest);
    if (rest < 128) break;
  }
  const tag = number * 8 + 2;
  const tags = tag < 128 ? [tag] : [(tag % 128) + 128, Math.floor(tag / 128)];
  return Buffer.concat([Buffer.from([...tags, ...lengths]), body]);
}

/** A tensor whose data lies elsewhere, as an initializer of a graph. */
function tensor(entries: Readonly<Record<string, string>>): Buffer {
  const external = Object.entries(entries).map(([key, value]) =>
    field(13, field(1, key), field(2, value)),
  );
  return Buffer.concat([field(8, 'weights'), ...external, Buffer.from([14 * 8, 1])]);
}
const initializer = (entries: Readonly<Record<string, string>>) =>
  field(7, field(5, tensor(entries)));

/** The graph of a good bundle with more behind it: messages of one field are joined, so nothing of it is lost. */
function bundleWith(more: Buffer, files: Readonly<Record<string, Uint8Array>> = {}) {
  const good = busyPolicyBundle({
    cameras: ['front'],
    offsetsUs: [0],
    height: 8,
    width: 16,
    horizonSteps: 2,
  });
  const manifest = JSON.parse(Buffer.from(good.get('policy.json') ?? []).toString()) as {
    graph: string;
  };
  good.delete('policy.json');
  good.set(manifest.graph, Buffer.concat([good.get(manifest.graph) ?? Buffer.alloc(0), more]));
  for (const [path, bytes] of Object.entries(files)) good.set(path, bytes);
  return bundleOf({ ...manifest }, good);
}

async function verify(more: Buffer, files: Readonly<Record<string, Uint8Array>> = {}) {
  const bundle = await openBundle(await localBundle(bundleWith(more, files), folder));
  await verifyFolder(bundle, folder);
}

describe('a graph that keeps its weights in other files', () => {
  it('may read a file of the bundle', async () => {
    const more = initializer({ location: 'weights.bin', offset: '16', length: '16' });
    await expect(verify(more, WEIGHTS)).resolves.toBeUndefined();
  });

  it.each([
    '../../../etc/passwd',
    'a/../../outside',
    '/etc/passwd',
    '..\\..\\outside',
    'C:\\weights',
    './weights.bin',
    '',
  ])('may not leave the bundle: %j', async (location) => {
    await expect(verify(initializer({ location }))).rejects.toMatchObject({
      code: 'BUNDLE_PATH_UNSAFE',
    });
  });

  it('may not leave the cache either, when the bundle was copied there', async () => {
    const store = remoteBundle(bundleWith(initializer({ location: '../../outside' })));
    await expect(copyToDisk(await openBundle(store), folder)).rejects.toMatchObject({
      code: 'BUNDLE_PATH_UNSAFE',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may not read a file that is not listed, which would not be part of the hash', async () => {
    await expect(verify(initializer({ location: '.hidden' }))).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
    });
  });

  it.each([
    { offset: '0', length: '33' },
    { offset: '32', length: '1' },
    { offset: '33' },
    { offset: '-1' },
    { length: '1e3' },
    { offset: '99999999999999999999' },
  ])('may not read past the end of a file, or say nonsense: %j', async (range) => {
    const more = initializer({ location: 'weights.bin', ...range });
    await expect(verify(more, WEIGHTS)).rejects.toMatchObject({
      code: 'BUNDLE_GRAPH_MISMATCH',
    });
  });

  it('is looked at in every place that can hold a tensor', () => {
    const outside = tensor({ location: '../x' });
    const inGraph = (...parts: Buffer[]) => field(7, ...parts);
    const attribute = (number: number, body: Buffer) =>
      inGraph(field(1, field(5, field(number, body))));
    const places = [
      inGraph(field(15, field(1, outside))),
      inGraph(field(15, field(2, outside))),
      attribute(5, outside),
      attribute(10, outside),
      attribute(6, field(5, outside)),
      attribute(11, field(5, outside)),
      attribute(22, field(1, outside)),
      field(25, field(7, field(5, field(5, outside)))),
      field(20, field(1, field(5, outside))),
    ];
    for (const [index, bytes] of places.entries()) {
      const path = join(folder, 'graph.onnx');
      writeFileSync(path, bytes);
      const found = readExternalData(path).map(({ location }) => location);
      expect(found, `place ${index}`).toEqual(['../x']);
    }
  });

  it('may not say its location twice, of which the runtime would believe the other', async () => {
    const entry = (value: string) => field(13, field(1, 'location'), field(2, value));
    const twice = field(7, field(5, entry('weights.bin'), entry('../x')));
    await expect(verify(twice, WEIGHTS)).rejects.toMatchObject({
      code: 'BUNDLE_GRAPH_MISMATCH',
    });
  });

  it('may not nest graphs without end', () => {
    const path = join(folder, 'graph.onnx');
    let graph = field(5, tensor({ location: 'x' }));
    for (let depth = 0; depth < 100; depth++) graph = field(1, field(5, field(6, graph)));
    writeFileSync(path, field(7, graph));
    expect(() => readExternalData(path)).toThrow(
      expect.objectContaining({ code: 'BUNDLE_GRAPH_MISMATCH' }),
    );
  });

  it('is refused or read, whatever its bytes are', () => {
    const path = join(folder, 'graph.onnx');
    const good = initializer({ location: 'weights.bin', offset: '16' });
    const edit = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 5 });
    fc.assert(
      fc.property(edit, (edits) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of edits) bytes[at] = value;
        writeFileSync(path, bytes);
        try {
          readExternalData(path);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(DrivesweepError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
