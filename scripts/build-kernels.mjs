// Compiles packages/kernels/assembly to WebAssembly and writes it as text into packages/kernels/src, where it is
// imported like any other module: it needs neither a file nor a loader at run time, and a clone builds without it.
//   node scripts/build-kernels.mjs [--check]     with --check nothing is written, and a difference is an error
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = new URL('../', import.meta.url);
const target = new URL('packages/kernels/src/kernels-hex.ts', root);

async function compile() {
  const files = new Map();
  const { error, stderr } = await asc.main(
    [
      'packages/kernels/assembly/index.ts',
      ...['--outFile', 'kernels.wasm', '-O3', '--noAssert', '--runtime', 'stub'],
      ...['--enable', 'simd', '--initialMemory', '16'],
    ],
    {
      readFile: (name, base) =>
        readFile(new URL(name, new URL(`${base}/`, root)), 'utf8').catch(() => null),
      writeFile: (name, contents) => files.set(name, contents),
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`${stderr.toString()}\n${error.message}`);
  return files.get('kernels.wasm');
}

const wasm = await compile();
const text = `/** \`packages/kernels/assembly\`, compiled: written by \`npm run kernels\`, held against its source by \`npm run kernels:check\`. */
export const KERNELS_HEX =
  '${Buffer.from(wasm).toString('hex')}';
`;

if (process.argv.includes('--check')) {
  const committed = await readFile(target, 'utf8').catch(() => '');
  if (committed !== text) {
    process.stderr.write(
      `${fileURLToPath(target)} is not what its source compiles to; run npm run kernels\n`,
    );
    process.exit(1);
  }
} else {
  await writeFile(target, text);
  process.stderr.write(`${wasm.length} bytes of WebAssembly\n`);
}
