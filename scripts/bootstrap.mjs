// Sets up a fresh clone: packages, redis-server and ffmpeg, compiled code. Does nothing that is already done.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

/** Programs that run beside us, and the package that brings each. */
const PROGRAMS = [
  {
    program: 'redis-server',
    packages: { apt: 'redis-server', dnf: 'redis', apk: 'redis', brew: 'redis' },
  },
  {
    program: 'ffmpeg',
    packages: { apt: 'ffmpeg', dnf: 'ffmpeg-free', apk: 'ffmpeg', brew: 'ffmpeg' },
  },
  {
    program: 'ffprobe',
    packages: { apt: 'ffmpeg', dnf: 'ffmpeg-free', apk: 'ffmpeg', brew: 'ffmpeg' },
  },
];

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function stop(text) {
  process.stderr.write(`setup: ${text}\n`);
  process.exit(1);
}

function run(command, args, why) {
  say(`${why}: ${command} ${args.join(' ')}`);
  // Standard output belongs to the command that follows, so everything goes to standard error.
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  return { ok: status === 0, detail: error?.message ?? `exit code ${status}` };
}

function onPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  stop(`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}`);
}

/** What the installed packages depend on: the lock file and every package.json of the workspaces. */
function installationDigest() {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const group of ['packages', 'services']) {
    for (const name of readdirSync(join(ROOT, group)).sort()) {
      const file = join(ROOT, group, name, 'package.json');
      if (existsSync(file)) hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function installPackages() {
  const stamp = join(ROOT, 'node_modules', '.drivesweep-installed');
  const digest = installationDigest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  // onnxruntime-node's install script downloads CUDA libraries; the CPU library is in the package (docs/gpu.md).
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { ok, detail } = run('npm', args, 'installing packages');
  if (!ok) stop(`npm ci failed (${detail}). Is the npm registry reachable?`);
  writeFileSync(stamp, digest);
}

/** The package manager of this system, with what it takes to run it here without asking. */
function packageManager() {
  const root = process.getuid?.() === 0;
  const sudo = !root && onPath('sudo');
  const mayBecomeRoot = sudo && spawnSync('sudo', ['-n', 'true']).status === 0;
  const become = root ? [] : ['sudo'];
  const known = [
    {
      name: 'apt',
      program: 'apt-get',
      refresh: ['update'],
      install: ['install', '-y', '--no-install-recommends'],
    },
    { name: 'dnf', program: 'dnf', install: ['install', '-y'] },
    { name: 'apk', program: 'apk', install: ['add'] },
  ].find(({ program }) => onPath(program));
  if (known) return { ...known, become, allowed: root || mayBecomeRoot };
  if (onPath('brew')) {
    return { name: 'brew', program: 'brew', install: ['install'], become: [], allowed: true };
  }
  return undefined;
}

function installPrograms() {
  const missing = PROGRAMS.filter(({ program }) => !onPath(program));
  if (missing.length === 0) return;
  const names = missing.map(({ program }) => program).join(', ');
  const manager = packageManager();
  if (!manager) stop(`${names} not found. Install them with your system's package manager.`);
  const packages = [...new Set(missing.map(({ packages }) => packages[manager.name]))];
  const steps = [manager.refresh, [...manager.install, ...packages]]
    .filter((step) => step !== undefined)
    .map((step) => [...manager.become, manager.program, ...step]);
  const typed = steps.map((step) => step.join(' ')).join(' && ');
  if (!manager.allowed) stop(`${names} not found. Type this, then try again:\n  ${typed}`);
  for (const [command, ...args] of steps) {
    const { ok, detail } = run(command, args, `installing ${names}`);
    if (!ok) stop(`that failed (${detail}). Type this yourself, then try again:\n  ${typed}`);
  }
  const still = missing.filter(({ program }) => !onPath(program));
  if (still.length > 0) stop(`${still.map(({ program }) => program).join(', ')} still not found`);
}

function build() {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-b'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) stop('the TypeScript code does not compile');
}

checkNode();
installPackages();
installPrograms();
build();
