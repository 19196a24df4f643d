import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeOnnx } from '@drivesweep/testkit';
import { openGraphInThread, probeProvider } from './thread-graph.ts';

const built = existsSync(new URL('../dist/inference-thread.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drivesweep-thread-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** y = x * x, so that two runs cannot be taken for each other. */
async function squareGraph() {
  const path = join(folder, 'square.onnx');
  const value = (name: string) => ({ name, type: 'float32' as const, dims: ['N'] });
  const nodes = [{ op: 'Mul', inputs: ['x', 'x'], outputs: ['y'] }];
  await writeFile(path, encodeOnnx({ inputs: [value('x')], outputs: [value('y')], nodes }));
  return openGraphInThread({ path, provider: 'cpu', deviceId: 0, threads: 1 });
}

const vector = (...values: number[]) => ({
  type: 'float32' as const,
  dims: [values.length],
  data: Float32Array.from(values),
});

// The thread runs compiled code, which `npm test` makes before it starts.
describe.skipIf(!built)('openGraphInThread', () => {
  it('tells the inputs and outputs of the graph', async () => {
    const graph = await squareGraph();
    expect(graph.info.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['N'] }]);
    expect(graph.info.outputs.map((output) => output.name)).toEqual(['y']);
    await graph.close();
  });

  it('answers runs that were asked for ahead, each with its own result', async () => {
    const graph = await squareGraph();
    const runs = [1, 2, 3].map((x) => graph.run({ x: vector(x) }, ['y']));
    const answers = await Promise.all(runs);
    expect(answers.map(({ y }) => y?.data[0])).toEqual([1, 4, 9]);
    await graph.close();
  });

  it('takes over the buffer of an input, and leaves alone a larger one that the input is part of', async () => {
    const graph = await squareGraph();
    const own = vector(3);
    const part = { ...vector(), dims: [1], data: Float32Array.of(1, 5, 9).subarray(1, 2) };
    await graph.run({ x: own }, ['y']);
    const { y } = await graph.run({ x: part }, ['y']);
    expect(own.data).toHaveLength(0);
    expect([y?.data[0], part.data[0]]).toEqual([25, 5]);
    await graph.close();
  });

  it('finishes what was asked for before it closes', async () => {
    const graph = await squareGraph();
    const run = graph.run({ x: vector(7) }, ['y']);
    await graph.close();
    expect((await run)['y']?.data[0]).toBe(49);
  });

  it('fails a run that the graph cannot do, and goes on', async () => {
    const graph = await squareGraph();
    await expect(graph.run({ z: vector(1) }, ['y'])).rejects.toMatchObject({
      code: 'POLICY_RUN_FAILED',
    });
    expect((await graph.run({ x: vector(2) }, ['y']))['y']?.data[0]).toBe(4);
    await graph.close();
  });

  it('says why a graph does not load', async () => {
    const path = join(folder, 'nothing.onnx');
    const options = { path, provider: 'cpu', deviceId: 0, threads: 1 } as const;
    await expect(openGraphInThread(options)).rejects.toMatchObject({
      code: 'BUNDLE_GRAPH_MISMATCH',
    });
  });

  it('says that a provider is not there', async () => {
    const path = join(folder, 'square.onnx');
    const options = { path, provider: 'cuda', deviceId: 0, threads: 1 } as const;
    await expect(openGraphInThread(options)).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
  });

  it('knows before any policy is loaded whether a provider works', async () => {
    const options = { deviceId: 0, threads: 1, cacheDir: folder };
    await expect(probeProvider({ ...options, provider: 'cpu' })).resolves.toBeUndefined();
    await expect(probeProvider({ ...options, provider: 'cuda' })).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
    });
  });
});
