// The processes of a local cluster, found by their command line below the process that started them.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What may be hit, and the words by which `ps` shows it. */
const COMMANDS = {
  worker: 'gpu-worker/dist/main.js',
  engine: 'gpu-worker/dist/engine/main.js',
  coordinator: 'coordinator/dist/main.js',
  metrics: 'metrics/dist/main.js',
  redis: 'redis-server 127.0.0.1',
};

export const ROLES = Object.keys(COMMANDS);

/** `{pid, role}` of every process of the cluster that is alive now. */
export function processesBelow(root) {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, stat, ...words] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), stat, command: words.join(' ') };
    })
    .filter(({ stat }) => !stat.startsWith('Z'));
  const below = (pid) =>
    lines.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return below(root).flatMap(({ pid, command }) => {
    const role = ROLES.find((name) => command.includes(COMMANDS[name]));
    return role === undefined ? [] : [{ pid, role }];
  });
}

/** Sends a signal; false when the process is gone already. */
export function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** One variable of a running process's environment: the local cluster tells nobody else the password of its Redis. */
export function variableOf(pid, name) {
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return variables.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
}
