// What a storm does to a cluster: a seeded list of faults, one after the other.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesBelow, send, variableOf } from './processes.mjs';

/** A small generator (mulberry32): the same seed gives the same storm, as far as the cluster lets it. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const oneOf = (random, list) => list[Math.floor(random() * list.length)];

/** Who is hit how often: there are three workers and engines, and one of each of the others. */
const TARGETS = ['worker', 'worker', 'engine', 'engine', 'coordinator', 'redis', 'metrics'];

/**
 * Hits one random process: killed, or stopped for longer than its lock lives and let go again (that one is not waited for).
 * Returns what was done, or null when nobody of the role was there.
 */
export function hit(random, cluster, lockMs, pending) {
  const role = oneOf(random, TARGETS);
  const how = random() < 0.6 ? 'killed' : 'stopped';
  const forMs = Math.round(lockMs * (1.2 + random()));
  const victims = processesBelow(cluster.pid).filter((one) => one.role === role);
  const victim = oneOf(random, victims);
  if (victim === undefined) return null;
  if (how === 'killed') {
    send(victim.pid, 'SIGKILL');
    return { role, how };
  }
  send(victim.pid, 'SIGSTOP');
  pending.add(sleep(forMs).then(() => send(victim.pid, 'SIGCONT')));
  return { role, how, forMs };
}

/** Empties the Redis of the cluster. */
export async function flushRedis(cluster) {
  const coordinator = processesBelow(cluster.pid).find(({ role }) => role === 'coordinator');
  const url = coordinator && variableOf(coordinator.pid, 'DRIVESWEEP_REDIS_URL');
  if (!url) return false;
  const { hostname, port, password } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`AUTH ${password}\r\nFLUSHALL\r\n`),
    );
    let answers = '';
    const end = (done) => {
      socket.destroy();
      resolve(done);
    };
    socket.setTimeout(2_000, () => end(false)).on('error', () => end(false));
    socket.on('data', (text) => {
      answers += text;
      if (/\+OK\r\n\+OK/.test(answers)) end(true);
      else if (/^-/m.test(answers)) end(false);
    });
  });
}
