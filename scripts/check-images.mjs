/**
 * Holds infra/images against the repository, without a container engine.
 *
 *   node scripts/check-images.mjs          reads the files: sources, entry files, users, pins, names of settings
 *   node scripts/check-images.mjs run      also carries out their steps in an empty folder: installs only what each service
 *                                          needs, starts it from there, and asks it whether it is well
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  commandOf,
  environmentOf,
  parseContainerFile,
  problemsOf,
} from './deploy/container-file.mjs';
import { namesReadBy } from './deploy/service-settings.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMAGES = join(ROOT, 'infra', 'images');
const READY_WITHIN_MS = 60_000;

/** Each image that is built: its file, its target, and the service in it. */
const TARGETS = [
  { name: 'coordinator', file: 'coordinator', target: undefined, service: 'coordinator' },
  { name: 'metrics', file: 'metrics', target: undefined, service: 'metrics' },
  { name: 'worker', file: 'worker', target: 'cpu', service: 'gpu-worker' },
  { name: 'worker-cuda', file: 'worker', target: 'cuda', service: 'gpu-worker' },
];

/** What the last RUN of the build stages takes away. */
const NOT_IN_THE_IMAGE = [
  'packages/testkit',
  'node_modules/onnxruntime-node/bin/napi-v6/darwin',
  'node_modules/onnxruntime-node/bin/napi-v6/win32',
];

const read = (file) => parseContainerFile(readFileSync(join(IMAGES, `${file}.Dockerfile`), 'utf8'));

async function checkFiles() {
  const found = [];
  for (const { name, file, target, service } of TARGETS) {
    const names = await namesReadBy(service);
    const facts = {
      inContext: (path) => existsSync(join(ROOT, path)),
      isSetting: (setting) => names.has(setting),
    };
    found.push(...problemsOf(read(file), target, facts).map((problem) => `${name}: ${problem}`));
  }
  return found;
}

/** What `npm ci --omit=dev --workspace` and the COPY lines leave in an image, in a folder of this machine. */
function buildTree(service, folder) {
  for (const path of ['package.json', 'package-lock.json'])
    cpSync(join(ROOT, path), join(folder, path));
  for (const group of ['packages', 'services']) {
    for (const name of readdirSync(join(ROOT, group))) {
      const from = join(ROOT, group, name);
      if (!existsSync(join(from, 'package.json'))) continue;
      mkdirSync(join(folder, group, name), { recursive: true });
      cpSync(join(from, 'package.json'), join(folder, group, name, 'package.json'));
      const wanted = group === 'packages' ? name !== 'testkit' : name === service;
      if (wanted)
        cpSync(join(from, 'dist'), join(folder, group, name, 'dist'), { recursive: true });
    }
  }
  const install = [
    'ci',
    '--omit=dev',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const args = [...install, '--workspace', `@drivesweep/${service}`];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`);
  for (const path of NOT_IN_THE_IMAGE) rmSync(join(folder, path), { recursive: true, force: true });
}

async function startRedis(folder) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const child = spawn('redis-server', ['--port', String(port), '--dir', folder, '--save', ''], {
    stdio: 'ignore',
  });
  return { url: `redis://127.0.0.1:${port}`, stop: () => child.kill('SIGKILL') };
}

/** Starts the image's command in its tree, with nothing in the environment but what is needed, and asks for its health. */
async function startAndAsk({ name, file, target }, folder, redisUrl) {
  const container = read(file);
  const [, entry] = commandOf(container, target);
  const environment = {
    PATH: process.env.PATH,
    ...environmentOf(container, target),
    DRIVESWEEP_HTTP_HOST: '127.0.0.1',
    DRIVESWEEP_HTTP_PORT: '0',
    DRIVESWEEP_STORE: join(folder, 'store'),
    DRIVESWEEP_REDIS_URL: redisUrl,
    DRIVESWEEP_SCRATCH: join(folder, 'scratch'),
  };
  const child = spawn(process.execPath, [join(folder, entry)], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  try {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline && child.exitCode === null) {
      await sleep(200);
      const port = /"httpPort":(\d+)/.exec(log)?.[1];
      if (port === undefined) continue;
      const [ready, live] = await Promise.all(
        ['healthz', 'livez'].map((path) => fetch(`http://127.0.0.1:${port}/${path}`)),
      );
      if (ready.ok && live.ok) return;
    }
    throw new Error(`${name} did not get well:\n${log}`);
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    if (child.exitCode === null) await gone;
  }
}

async function runAll() {
  const work = mkdtempSync(join(tmpdir(), 'drivesweep-images-'));
  const redis = await startRedis(work);
  try {
    // The CUDA image differs in libraries that are not here; its tree is that of the CPU image.
    for (const image of TARGETS.filter(({ target }) => target !== 'cuda')) {
      const folder = join(work, image.name);
      mkdirSync(dirname(join(folder, 'x')), { recursive: true });
      const start = Date.now();
      buildTree(image.service, folder);
      await startAndAsk(image, folder, redis.url);
      const bytes = spawnSync('du', ['-sm', join(folder, 'node_modules')]).stdout.toString();
      console.error(
        `check-images: ${image.name} starts from its own ${bytes.split('\t')[0]} MB of modules and is well, after ${Math.round((Date.now() - start) / 1000)} s`,
      );
      rmSync(folder, { recursive: true });
    }
  } finally {
    redis.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

const problems = await checkFiles();
for (const problem of problems) console.error(`check-images: ${problem}`);
if (problems.length > 0) process.exit(1);
console.error(`check-images: ${TARGETS.length} images are as they should be`);
if (process.argv[2] === 'run') await runAll();
