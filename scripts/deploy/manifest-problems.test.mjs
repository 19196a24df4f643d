import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaFileName, schemasOfCrd, schemasOfOpenApi } from './kubernetes-schemas.mjs';
import { manifestProblems } from './manifest-problems.mjs';

const facts = {
  namesReadBy: () =>
    new Set(['DRIVESWEEP_HTTP_PORT', 'DRIVESWEEP_API_TOKEN_FILE', 'DRIVESWEEP_STORE']),
  settingsProblem: (_service, { DRIVESWEEP_STORE }) =>
    DRIVESWEEP_STORE === undefined ? 'DRIVESWEEP_STORE is not set' : null,
  imageEnvironment: () => ({ DRIVESWEEP_HTTP_PORT: '8080' }),
  metricNames: new Set(['drivesweep_workers_wanted']),
  paths: new Set(['/healthz', '/livez', '/metrics']),
};
const probe = (path) => ({ httpGet: { path, port: 'http' } });

/** A coordinator with its service, as the base has them. */
function manifests() {
  const labels = { 'app.kubernetes.io/name': 'coordinator' };
  const container = {
    name: 'coordinator',
    image: 'registry/drivesweep/coordinator:0.1.0',
    ports: [{ name: 'http', containerPort: 8080 }],
    envFrom: [{ configMapRef: { name: 'settings' } }],
    env: [{ name: 'DRIVESWEEP_API_TOKEN_FILE', value: '/run/secrets/drivesweep/token' }],
    startupProbe: probe('/healthz'),
    readinessProbe: probe('/healthz'),
    livenessProbe: probe('/livez'),
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'token', mountPath: '/run/secrets/drivesweep' }],
  };
  const pod = {
    serviceAccountName: 'coordinator',
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 30,
    containers: [container],
    volumes: [{ name: 'token' }],
  };
  const metadata = { name: 'coordinator', namespace: 'drivesweep' };
  const deployment = {
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      template: { metadata: { labels }, spec: pod },
    },
  };
  const service = {
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ port: 8080, targetPort: 'http' }] },
  };
  const settings = {
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { DRIVESWEEP_STORE: 's3://b' },
  };
  const scaled = {
    kind: 'ScaledObject',
    metadata: { name: 'worker' },
    spec: {
      scaleTargetRef: { name: 'worker' },
      triggers: [
        {
          metadata: {
            url: 'http://coordinator.drivesweep.svc:8080/metrics',
            valueLocation: 'drivesweep_workers_wanted',
          },
        },
      ],
    },
  };
  const worker = JSON.parse(JSON.stringify(deployment));
  worker.metadata.name = 'worker';
  worker.spec.template.spec.containers[0].image = 'registry/drivesweep/worker-cuda:0.1.0';
  worker.spec.template.metadata.labels = { 'app.kubernetes.io/name': 'worker' };
  delete worker.spec.replicas;
  const account = { kind: 'ServiceAccount', metadata: { name: 'coordinator' } };
  return { deployment, container, pod, service, settings, scaled, worker, account };
}

test('manifests that fit the code have no problems', () => {
  assert.deepEqual(
    manifestProblems(
      Object.values(manifests()).filter(({ kind }) => kind),
      facts,
    ),
    [],
  );
});

for (const [what, change, expected] of [
  [
    'a setting that nobody reads',
    (m) => m.container.env.push({ name: 'DRIVESWEEP_SPEED', value: '1' }),
    'DRIVESWEEP_SPEED is no setting of coordinator',
  ],
  ['a setting that is missing', (m) => (m.settings.data = {}), 'DRIVESWEEP_STORE is not set'],
  [
    'a port that nothing listens on',
    (m) => (m.container.ports[0].containerPort = 9090),
    'listens on 8080 and says 9090',
  ],
  [
    'a probe of a path that is not there',
    (m) => (m.container.livenessProbe = probe('/alive')),
    'livenessProbe asks for /alive',
  ],
  [
    'a metric that no code exports',
    (m) => (m.scaled.spec.triggers[0].metadata.valueLocation = 'drivesweep_wanted'),
    'no code exports drivesweep_wanted',
  ],
  [
    'a trigger that asks elsewhere',
    (m) => (m.scaled.spec.triggers[0].metadata.url = 'http://coordinator.other.svc:8080/metrics'),
    'no service answers',
  ],
  ['two coordinators', (m) => (m.deployment.spec.replicas = 2), 'there can be only one'],
  [
    'a new coordinator before the old one is gone',
    (m) => (m.deployment.spec.strategy.type = 'RollingUpdate'),
    'there can be only one',
  ],
  [
    'a grace that a spot notice cuts off',
    (m) => (m.pod.terminationGracePeriodSeconds = 90),
    'a grace of 90 s',
  ],
  [
    'a token that is not mounted',
    (m) => (m.container.volumeMounts = []),
    'nothing is mounted at /run/secrets',
  ],
  [
    'an image that can be written',
    (m) => (m.container.securityContext.readOnlyRootFilesystem = false),
    'may write its image',
  ],
  [
    'an image without a tag',
    (m) => (m.container.image = 'registry/drivesweep/coordinator:latest'),
    'has no tag',
  ],
  [
    'a service without pods',
    (m) => (m.service.spec = { selector: { 'app.kubernetes.io/name': 'x' }, ports: [] }),
    'selects no pod',
  ],
  ['a number of workers beside KEDA', (m) => (m.worker.spec.replicas = 3), 'sets its own replicas'],
  [
    'an account that is not there',
    (m) => (m.pod.serviceAccountName = 'admin'),
    'no service account admin',
  ],
]) {
  test(`finds ${what}`, () => {
    const one = manifests();
    change(one);
    const found = manifestProblems(
      Object.values(one).filter(({ kind }) => kind),
      facts,
    );
    assert.ok(
      found.some((problem) => problem.includes(expected)),
      found.join('\n'),
    );
  });
}

test('finds a Redis that evicts', () => {
  const { deployment, account } = manifests();
  const container = deployment.spec.template.spec.containers[0];
  container.image = 'redis:7.2.5';
  container.args = [
    'redis-server',
    '--maxmemory-policy',
    'allkeys-lru',
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
  ];
  assert.deepEqual(manifestProblems([deployment, account], facts), [
    'Deployment coordinator: redis-server without --maxmemory-policy noeviction',
  ]);
});

test('schemas refuse fields that they do not know, and stand alone', () => {
  const kinds = [{ group: 'apps', version: 'v1', kind: 'Deployment' }];
  const files = schemasOfOpenApi({
    definitions: {
      'a.Deployment': {
        properties: { spec: { $ref: '#/definitions/a.Spec' } },
        'x-kubernetes-group-version-kind': kinds,
      },
      'a.Spec': { properties: { port: { type: 'string', format: 'int-or-string' } } },
      'a.Other': { properties: {} },
    },
  });
  const schema = files.get('deployment-apps-v1.json');
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(Object.keys(schema.definitions), ['a.Deployment', 'a.Spec']);
  assert.deepEqual(schema.definitions['a.Spec'].properties.port, { type: ['string', 'number'] });
});

test('files have the names that kubeconform looks for', () => {
  assert.equal(schemaFileName('', 'v1', 'ConfigMap'), 'configmap-v1.json');
  assert.equal(
    schemaFileName('keda.sh', 'v1alpha1', 'ScaledObject'),
    'scaledobject-keda-v1alpha1.json',
  );
  const crd = {
    spec: {
      group: 'keda.sh',
      names: { kind: 'X' },
      versions: [
        { name: 'v1', schema: { openAPIV3Schema: { properties: { spec: { type: 'object' } } } } },
      ],
    },
  };
  assert.equal(schemasOfCrd(crd).get('x-keda-v1.json').additionalProperties, false);
});
