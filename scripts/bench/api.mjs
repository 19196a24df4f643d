// What benchmarks need of a coordinator's HTTP API.
import { once } from 'node:events';
import { createServer } from 'node:net';

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/** Submits sweeps and asks how they get on; throws with the answer's body when it is not 2xx. */
export function coordinatorApi(url) {
  const call = async (path, init) => {
    const answer = await fetch(url + path, init);
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  };
  const headers = { 'content-type': 'application/json' };
  return {
    submit: (sweepFile) =>
      call('/v1/sweeps', { method: 'POST', headers, body: JSON.stringify(sweepFile) }),
    status: (sweepId) => call(`/v1/sweeps/${sweepId}`),
  };
}
