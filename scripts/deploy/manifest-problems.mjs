// Holds rendered Kubernetes manifests against what the code knows. Pure: manifests and facts in, problems out.

/** Images of ours, by the last part of their name, and the service in each. */
const SERVICE_OF_IMAGE = {
  coordinator: 'coordinator',
  metrics: 'metrics',
  worker: 'gpu-worker',
  'worker-cuda': 'gpu-worker',
};
/** 25 s of grace, 2 s of margin (run-service.ts), and a little for the container runtime. */
const LEAST_GRACE_S = 28;
/** The shortest notice that a cloud gives before it takes a spot node. */
const SPOT_NOTICE_S = 30;
/** In place of what only the cluster knows. */
const FROM_THE_CLUSTER = 'known-to-the-cluster-only';

/**
 * @typedef {object} Facts
 * @property {(service: string) => ReadonlySet<string>} namesReadBy every variable that a service reads
 * @property {(service: string, environment: Record<string, string>) => string | null} settingsProblem
 * @property {(service: string) => Record<string, string>} imageEnvironment what its image sets
 * @property {ReadonlySet<string>} metricNames with their prefix
 * @property {ReadonlySet<string>} paths that every service answers without a token
 */

/**
 * Everything that is wrong, each with the thing that it is about.
 * @param {readonly object[]} manifests
 * @param {Facts} facts
 * @returns {string[]}
 */
export function manifestProblems(manifests, facts) {
  const index = indexOf(manifests);
  const workloads = manifests.filter((one) => podOf(one) !== undefined);
  return [
    ...workloads.flatMap((one) => workloadProblems(one, index, facts)),
    ...manifests.flatMap((one) => referenceProblems(one, index, facts)),
  ];
}

const podOf = (manifest) => manifest.spec?.template?.spec;
const labelOf = ({ kind, metadata }) => `${kind} ${metadata.name}`;

function indexOf(manifests) {
  const ofKind = (kind) => manifests.filter((one) => one.kind === kind);
  const pods = manifests.filter((one) => podOf(one) !== undefined);
  return {
    find: (kind, name) => ofKind(kind).find(({ metadata }) => metadata.name === name),
    configMap: (name) => ofKind('ConfigMap').find(({ metadata }) => metadata.name === name),
    selects: (selector) =>
      pods.filter((one) => matches(selector, one.spec.template.metadata.labels)),
  };
}

function matches({ matchLabels = {}, matchExpressions = [] }, labels) {
  const plain = Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
  return (
    plain &&
    matchExpressions.every(({ key, operator, values }) =>
      operator === 'In' ? values.includes(labels[key]) : key in labels,
    )
  );
}

function workloadProblems(manifest, index, facts) {
  const pod = podOf(manifest);
  const about = labelOf(manifest);
  const problems = [...pod.containers, ...(pod.initContainers ?? [])].flatMap((container) =>
    containerProblems(container, pod, index, facts),
  );
  if (index.find('ServiceAccount', pod.serviceAccountName) === undefined) {
    problems.push(`no service account ${pod.serviceAccountName}`);
  }
  if (pod.automountServiceAccountToken !== false)
    problems.push('mounts a token for the API server');
  const names = pod.containers.map(({ image }) => serviceOf(image));
  if (names.some(Boolean)) {
    const grace = pod.terminationGracePeriodSeconds;
    if (!(grace >= LEAST_GRACE_S && grace <= SPOT_NOTICE_S)) {
      problems.push(`a grace of ${grace} s: expected ${LEAST_GRACE_S} to ${SPOT_NOTICE_S}`);
    }
  }
  if (names.includes('coordinator')) {
    const { replicas, strategy } = manifest.spec;
    if (replicas !== 1 || strategy?.type !== 'Recreate') {
      problems.push('there can be only one: expected replicas 1 and strategy Recreate');
    }
  }
  return problems.map((problem) => `${about}: ${problem}`);
}

function serviceOf(image) {
  const name = /([^/:@]+)([:@][^/]*)?$/.exec(image)?.[1] ?? '';
  return /(^|\/)drivesweep\//.test(image) ? SERVICE_OF_IMAGE[name] : undefined;
}

function containerProblems(container, pod, index, facts) {
  const problems = [...hardening(container), ...mountProblems(container, pod)];
  if (!/@sha256:|:[^/]*[\w.-]+$/.test(container.image) || container.image.endsWith(':latest')) {
    problems.push(`image ${container.image} has no tag`);
  }
  const service = serviceOf(container.image);
  if (service !== undefined) problems.push(...serviceProblems(service, container, index, facts));
  if (container.args?.[0] === 'redis-server') problems.push(...redisProblems(container.args));
  return problems;
}

function hardening({ name, securityContext = {} }) {
  const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = securityContext;
  const hard =
    readOnlyRootFilesystem === true &&
    allowPrivilegeEscalation === false &&
    capabilities?.drop?.includes('ALL');
  return hard ? [] : [`container ${name} may write its image, or gain rights`];
}

function mountProblems({ name, volumeMounts = [] }, pod) {
  const volumes = new Set((pod.volumes ?? []).map((volume) => volume.name));
  return volumeMounts
    .filter((mount) => !volumes.has(mount.name) && !['data', 'objects'].includes(mount.name))
    .map((mount) => `container ${name} mounts ${mount.name}, which is no volume`);
}

function redisProblems(args) {
  const text = args.join(' ');
  return ['--maxmemory-policy noeviction', '--appendonly yes', '--appendfsync everysec'].flatMap(
    (setting) => (text.includes(setting) ? [] : [`redis-server without ${setting}`]),
  );
}

function serviceProblems(service, container, index, facts) {
  const problems = [];
  const own = environmentOf(container, index, problems);
  const known = facts.namesReadBy(service);
  for (const name of Object.keys(own)) {
    if (!known.has(name)) problems.push(`${name} is no setting of ${service}`);
  }
  const whole = { ...facts.imageEnvironment(service), ...own };
  const tokenFile = whole.DRIVESWEEP_API_TOKEN_FILE;
  const mounted = (container.volumeMounts ?? []).some(({ mountPath }) =>
    tokenFile?.startsWith(`${mountPath}/`),
  );
  if (tokenFile !== undefined && !mounted) problems.push(`nothing is mounted at ${tokenFile}`);
  const mistake = facts.settingsProblem(service, whole);
  if (mistake !== null) problems.push(mistake);
  const [{ name: portName, containerPort } = {}] = container.ports ?? [];
  if (String(containerPort) !== whole.DRIVESWEEP_HTTP_PORT) {
    problems.push(`listens on ${whole.DRIVESWEEP_HTTP_PORT} and says ${containerPort}`);
  }
  for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const probe = container[kind]?.httpGet;
    if (!facts.paths.has(probe?.path)) problems.push(`${kind} asks for ${probe?.path}`);
    if (probe?.port !== portName) problems.push(`${kind} asks port ${probe?.port}`);
  }
  return problems;
}

/** What stands in the environment of a container; values from secrets and from the cluster are a placeholder. */
function environmentOf({ env = [], envFrom = [] }, index, problems) {
  const environment = {};
  for (const { configMapRef, secretRef } of envFrom) {
    if (secretRef) continue;
    const map = index.configMap(configMapRef.name);
    if (!map) problems.push(`no config map ${configMapRef.name}`);
    Object.assign(environment, map?.data ?? {});
  }
  for (const { name, value } of env) environment[name] = value ?? FROM_THE_CLUSTER;
  return environment;
}

function referenceProblems(manifest, index, facts) {
  const about = labelOf(manifest);
  const { kind, spec } = manifest;
  const problems = [];
  if (kind === 'Service') {
    const targets = index.selects({ matchLabels: spec.selector });
    if (targets.length === 0) problems.push('selects no pod');
    for (const { targetPort } of spec.ports) {
      const listens = targets.some((one) =>
        podOf(one).containers.some(({ ports = [] }) =>
          ports.some(({ name }) => name === targetPort),
        ),
      );
      if (!listens) problems.push(`no container has a port ${targetPort}`);
    }
  }
  if (kind === 'PodDisruptionBudget' && index.selects(spec.selector).length === 0) {
    problems.push('selects no pod');
  }
  if (kind === 'NetworkPolicy') {
    const open = Object.keys(spec.podSelector).length === 0;
    if (!open && index.selects(spec.podSelector).length === 0) problems.push('selects no pod');
  }
  if (kind === 'ScaledObject') problems.push(...scalingProblems(manifest, index, facts));
  return problems.map((problem) => `${about}: ${problem}`);
}

function scalingProblems({ spec }, index, { metricNames, paths }) {
  const problems = [];
  const target = index.find('Deployment', spec.scaleTargetRef.name);
  if (!target) problems.push(`no deployment ${spec.scaleTargetRef.name}`);
  if (target?.spec.replicas !== undefined) problems.push('the deployment sets its own replicas');
  for (const { metadata } of spec.triggers) {
    if (!metricNames.has(metadata.valueLocation)) {
      problems.push(`no code exports ${metadata.valueLocation}`);
    }
    const url = new URL(metadata.url);
    const [name = '', namespace] = url.hostname.split('.');
    const service = index.find('Service', name);
    const ports = service?.spec.ports.map(({ port }) => String(port)) ?? [];
    if (service?.metadata.namespace !== namespace || !ports.includes(url.port)) {
      problems.push(`no service answers at ${metadata.url}`);
    }
    if (!paths.has(url.pathname)) problems.push(`${url.pathname} is no path`);
  }
  return problems;
}
