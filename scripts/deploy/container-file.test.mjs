import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, environmentOf, parseContainerFile, problemsOf } from './container-file.mjs';

const GOOD = `
ARG NODE_IMAGE=node:20.20.2-bookworm-slim
FROM \${NODE_IMAGE} AS build
COPY package.json packages ./
RUN npm ci --ignore-scripts
FROM \${NODE_IMAGE} AS runtime
ENV A=1 DRIVESWEEP_HTTP_PORT=8080
RUN apt-get update \\
 && apt-get install --no-install-recommends tini \\
 && rm -rf /var/lib/apt/lists/*
USER 10001:10001
CMD ["node", "main.js"]
FROM runtime AS cuda
ENV B=2
COPY --from=build /app ./
`;

const facts = {
  inContext: (path) => ['package.json', 'packages', 'main.js'].includes(path),
  isSetting: (name) => name === 'DRIVESWEEP_HTTP_PORT',
};
const problems = (text, target = 'cuda') => problemsOf(parseContainerFile(text), target, facts);

test('a good file has no problems, and its last stage has what it stands on', () => {
  assert.deepEqual(problems(GOOD), []);
  const file = parseContainerFile(GOOD);
  assert.deepEqual(environmentOf(file, 'cuda'), { A: '1', DRIVESWEEP_HTTP_PORT: '8080', B: '2' });
  assert.deepEqual(commandOf(file, 'cuda'), ['node', 'main.js']);
});

for (const [what, from, to, expected] of [
  ['a base that moves', 'node:20.20.2-bookworm-slim', 'node:20-slim', 'node:20-slim is not pinned'],
  ['root', 'USER 10001:10001\n', '', 'runs as root'],
  ['a user by name', 'USER 10001:10001', 'USER node', 'runs as node'],
  [
    'a source that is not there',
    'COPY package.json',
    'COPY package.jsn',
    'there is no package.jsn',
  ],
  ['a stage that is not there', '--from=build', '--from=built', 'no stage built'],
  ['an entry that is not there', '"main.js"', '"start.js"', 'node start.js does not start'],
  [
    'a setting that nobody reads',
    '_HTTP_PORT',
    '_HTTP_PORTS',
    'DRIVESWEEP_HTTP_PORTS is no setting',
  ],
  ['an install without the lock file', 'npm ci --ignore-scripts', 'npm install', 'use npm ci'],
  ['install scripts', 'npm ci --ignore-scripts', 'npm ci', 'without --ignore-scripts'],
  ['lists of apt', '/var/lib/apt/lists', '/tmp', 'leaves the lists of apt'],
  ['ADD', 'COPY package.json packages', 'ADD package.json', 'ADD unpacks'],
]) {
  test(`finds ${what}`, () => {
    const found = problems(GOOD.replace(from, to));
    assert.equal(found.length, 1, found.join('; '));
    assert.ok(found[0].includes(expected), found[0]);
  });
}

test('a digest is a pin too', () => {
  const pinned = GOOD.replace('node:20.20.2-bookworm-slim', `node@sha256:${'0'.repeat(64)}`);
  assert.deepEqual(problems(pinned), []);
});

test('says in which line it stops to understand', () => {
  assert.throws(() => parseContainerFile('FROM a:1.2\n\nCOPPY x y\n'), /line 3/);
});
