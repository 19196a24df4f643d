// npm run bench [-- NAME...]: the figures that the README and docs/benchmarks.md quote.
// Prints the machine and each figure to standard error and one JSON document to standard output.
// A ratio is always of two things measured in this one run, because machines are shared and noisy.
import { machine } from './machine.mjs';

const BENCHES = {
  'pipeline-overhead': async () => (await import('./pipeline-overhead.mjs')).benchPipelineOverhead,
  'parquet-writing': async () => (await import('./parquet-writing.mjs')).benchParquetWriting,
  decoding: async () => (await import('./decoding.mjs')).benchDecoding,
  scoring: async () => (await import('./scoring.mjs')).benchScoring,
  'reasoning-decode': async () => (await import('./reasoning-decode.mjs')).benchReasoningDecode,
  'reasoning-samples': async () => (await import('./reasoning-samples.mjs')).benchReasoningSamples,
  'reasoning-pipeline': async () =>
    (await import('./reasoning-pipeline.mjs')).benchReasoningPipeline,
  'teacher-export': async () => (await import('./teacher-export.mjs')).benchTeacherExport,
  'redis-memory': async () => (await import('./redis-memory.mjs')).benchRedisMemory,
};

const log = (text) => process.stderr.write(`${text}\n`);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  log(`no benchmark called ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

const results = [];
log(`machine: ${JSON.stringify(machine())}`);
for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHES)) {
  log(`\n== ${name}`);
  const bench = await BENCHES[name]();
  const result = await bench({ log });
  log(
    `${result.pass ? 'met' : 'NOT MET'}: ${result.name}: ${result.ratio} (target ${result.target})`,
  );
  results.push(result);
}
process.stdout.write(`${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
process.exit(results.every(({ pass }) => pass) ? 0 : 1);
