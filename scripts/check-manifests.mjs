/**
 * Renders every overlay of k8s/ as kubectl does and holds what comes out against Kubernetes' own schemas, those of KEDA and
 * Kueue, and against our code: each setting, port, path and metric that a manifest names must exist. infra/compose.yaml is
 * read by Compose's own library.
 *
 *   node scripts/check-manifests.mjs              installs its tools under .tools/ (needs Go; again: does nothing)
 *   node scripts/check-manifests.mjs render dev   prints an overlay
 *
 * Works on the compiled packages: npm run build first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOf, parseContainerFile } from './deploy/container-file.mjs';
import { schemasOfCrd, schemasOfOpenApi } from './deploy/kubernetes-schemas.mjs';
import { manifestProblems } from './deploy/manifest-problems.mjs';
import { namesReadBy, SERVICES, settingsChecker } from './deploy/service-settings.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TOOLS = join(ROOT, '.tools');
const SCHEMAS = join(TOOLS, 'kubernetes-schemas');
const OVERLAYS = join(ROOT, 'k8s', 'overlays');
const { parseAllDocuments, parse } = createRequire(join(ROOT, 'packages/cli/package.json'))('yaml');

const PROGRAMS = {
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0',
  // Its command is called `cmd`.
  cmd: 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2',
};
const KUBERNETES = 'k8s.io/kubernetes@v1.34.2';
/** Modules that carry CRDs, and where. */
const CRDS = {
  'github.com/kedacore/keda/v2@v2.21.0': 'config/crd/bases',
  'sigs.k8s.io/kueue@v0.10.0': 'config/components/crd/bases',
};
const IMAGE_OF = { coordinator: 'coordinator', metrics: 'metrics', 'gpu-worker': 'worker' };

const say = (text) => console.error(`check-manifests: ${text}`);
const tool = (name) => join(TOOLS, 'bin', name);

function must(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    ...options,
  });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `${stdout}\n${stderr}`}`);
}

function install() {
  for (const [name, source] of Object.entries(PROGRAMS)) {
    if (existsSync(tool(name))) continue;
    say(`go install ${source}`);
    must('go', ['install', source], { env: { ...process.env, GOBIN: join(TOOLS, 'bin') } });
  }
  const stamp = join(SCHEMAS, 'made-from');
  const sources = [KUBERNETES, ...Object.keys(CRDS)].join('\n');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  mkdirSync(SCHEMAS, { recursive: true });
  const openApi = join(moduleFolder(KUBERNETES), 'api', 'openapi-spec', 'swagger.json');
  writeSchemas(schemasOfOpenApi(JSON.parse(readFileSync(openApi, 'utf8'))));
  for (const [source, folder] of Object.entries(CRDS)) {
    const at = join(moduleFolder(source), folder);
    for (const file of readdirSync(at)) {
      writeSchemas(schemasOfCrd(parse(readFileSync(join(at, file), 'utf8'))));
    }
  }
  writeFileSync(stamp, sources);
}

function moduleFolder(source) {
  say(`go mod download ${source}`);
  // Outside of any module, so that no go.mod has a say in it.
  return JSON.parse(must('go', ['mod', 'download', '-json', source], { cwd: TOOLS })).Dir;
}

function writeSchemas(files) {
  for (const [name, schema] of files) writeFileSync(join(SCHEMAS, name), JSON.stringify(schema));
}

const render = (overlay) => must(tool('kustomize'), ['build', join(OVERLAYS, overlay)]);

/** What kubeconform finds wrong; it must know every kind. */
function schemaProblems(text) {
  const location = join(SCHEMAS, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
  const args = ['-strict', '-summary', '-output', 'json', '-schema-location', location];
  const { stdout, stderr } = spawnSync(tool('kubeconform'), args, {
    input: text,
    encoding: 'utf8',
  });
  const { resources = [], summary } = JSON.parse(
    stdout || `{"resources":[{"msg":${JSON.stringify(stderr)}}]}`,
  );
  const problems = resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
  return { problems, valid: summary?.valid ?? 0 };
}

/** Names of metrics that the services export: `metrics.gauge('workers_wanted', ...)` and the like. */
function metricNames() {
  const pattern = /metrics\s*\.(?:counter|gauge|histogram)\(\s*'([a-z_]+)'/g;
  const names = ['services', 'packages'].flatMap((group) =>
    readdirSync(join(ROOT, group)).flatMap((name) => {
      const folder = join(ROOT, group, name, 'src');
      if (!existsSync(folder)) return [];
      return readdirSync(folder, { recursive: true })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(pattern)])
        .map(([, found]) => `drivesweep_${found}`);
    }),
  );
  return new Set(names);
}

/** Paths that a service answers without a token. */
function openPaths() {
  const source = readFileSync(join(ROOT, 'packages/service-kit/src/http-server.ts'), 'utf8');
  return new Set([...source.matchAll(/app\.get\('(\/[a-z]+)'/g)].map(([, path]) => path));
}

async function gatherFacts() {
  const names = new Map();
  const checkers = new Map();
  for (const service of SERVICES) {
    names.set(service, await namesReadBy(service));
    checkers.set(service, await settingsChecker(service));
  }
  return {
    namesReadBy: (service) => names.get(service),
    settingsProblem: (service, environment) => checkers.get(service)(environment),
    imageEnvironment: (service) => imageEnvironment(service),
    metricNames: metricNames(),
    paths: openPaths(),
  };
}

function imageEnvironment(service) {
  const file = join(ROOT, 'infra', 'images', `${IMAGE_OF[service]}.Dockerfile`);
  const target = service === 'gpu-worker' ? 'cpu' : undefined;
  return environmentOf(parseContainerFile(readFileSync(file, 'utf8')), target);
}

/** Compose's own library reads the file: its schema, and whether what is named exists. Then our names and our files. */
function composeProblems(facts) {
  const path = join(ROOT, 'infra', 'compose.yaml');
  must(tool('cmd'), ['-no-interpolation', '-format', 'json', path]);
  const { services } = parse(readFileSync(path, 'utf8'), { merge: true });
  const serviceOf = { coordinator: 'coordinator', metrics: 'metrics', worker: 'gpu-worker' };
  return Object.entries(services).flatMap(([name, { image, environment = {}, build }]) => {
    const problems = [];
    const service = serviceOf[name];
    if (service === undefined) {
      if (!/:v?\d+\.\d+/.test(image)) problems.push(`image ${image} has no exact tag`);
    } else {
      if (!existsSync(join(ROOT, build.dockerfile)))
        problems.push(`there is no ${build.dockerfile}`);
      const known = facts.namesReadBy(service);
      problems.push(
        ...Object.keys(environment)
          .filter((variable) => !known.has(variable))
          .map((variable) => `${variable} is no setting`),
      );
      const mistake = facts.settingsProblem(service, {
        ...imageEnvironment(service),
        ...environment,
      });
      if (mistake !== null) problems.push(mistake);
    }
    return problems.map((problem) => `compose.yaml: ${name}: ${problem}`);
  });
}

async function main([command, overlay]) {
  install();
  if (command === 'render') {
    process.stdout.write(render(overlay));
    return;
  }
  const facts = await gatherFacts();
  const problems = composeProblems(facts);
  for (const name of readdirSync(OVERLAYS)) {
    const text = render(name);
    const { problems: wrong, valid } = schemaProblems(text);
    const manifests = parseAllDocuments(text).map((document) => document.toJS());
    wrong.push(...manifestProblems(manifests, facts));
    problems.push(...wrong.map((problem) => `${name}: ${problem}`));
    say(`${name}: ${valid} of ${manifests.length} manifests follow their schemas`);
    if (valid !== manifests.length && wrong.length === 0)
      problems.push(`${name}: not all are valid`);
  }
  for (const problem of problems) say(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

await main(process.argv.slice(2));
