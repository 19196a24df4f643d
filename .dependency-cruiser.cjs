// Who may import whom. The reasons are in docs/architecture.md; each rule here was planted and caught once.
const PURE =
  '^packages/(kernels|geometry|scoring|contracts|policy-kinematic|report|teacher-export)/src';
const ADAPTERS =
  'drives|synthetic-drives|policy-onnx|object-store|parquet-io|queue-bullmq|service-kit';
const NOT_TEST = '([.]test|/test-[^/]+)[.]ts$';

/** A vendor's SDK appears in one package. */
const vendor = (name, module, home) => ({
  name: `vendor-${name}`,
  severity: 'error',
  comment: `${module} is wrapped once, in ${home}`,
  from: { path: '^(packages|services)/', pathNot: [`^${home}/`, NOT_TEST] },
  to: { path: `node_modules/${module}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'pure-packages-touch-no-system',
      severity: 'error',
      from: { path: PURE, pathNot: NOT_TEST },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'kernels-import-nothing',
      severity: 'error',
      from: { path: '^packages/kernels/src', pathNot: NOT_TEST },
      to: { path: '^(packages/(?!kernels/)|services/)' },
    },
    {
      name: 'geometry-imports-kernels-only',
      severity: 'error',
      from: { path: '^packages/geometry/src', pathNot: NOT_TEST },
      to: { path: '^(packages/(?!(kernels|geometry)/)|services/)' },
    },
    {
      name: 'scoring-imports-geometry-and-kernels-only',
      severity: 'error',
      from: { path: '^packages/scoring/src', pathNot: NOT_TEST },
      to: { path: '^(packages/(?!(kernels|geometry|scoring)/)|services/)' },
    },
    {
      name: 'contracts-import-geometry-only',
      severity: 'error',
      from: { path: '^packages/contracts/src', pathNot: NOT_TEST },
      to: { path: '^(packages/(?!(geometry|contracts)/)|services/)' },
    },
    {
      name: 'report-imports-pure-packages-only',
      severity: 'error',
      from: { path: '^packages/report/src', pathNot: NOT_TEST },
      to: { path: '^(packages/(?!(geometry|contracts|scoring|report)/)|services/)' },
    },
    {
      name: 'teacher-export-imports-pure-packages-only',
      severity: 'error',
      from: { path: '^packages/teacher-export/src', pathNot: NOT_TEST },
      to: { path: '^(packages/(?!(geometry|contracts|scoring|teacher-export)/)|services/)' },
    },
    {
      name: 'adapters-do-not-import-adapters',
      severity: 'error',
      from: { path: `^packages/(${ADAPTERS})/src`, pathNot: NOT_TEST },
      to: {
        path: `^packages/(${ADAPTERS}|policy-kinematic|scoring|report|teacher-export|cli)/src`,
        pathNot: '^packages/$1/src',
      },
    },
    {
      name: 'services-do-not-import-services',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-do-not-import-services',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: [NOT_TEST, '^packages/testkit/'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'cross-package-by-name-and-entry-only',
      severity: 'error',
      from: { path: '^(packages|services)/([^/]+)/src' },
      to: {
        path: '^(packages|services)/[^/]+/src/',
        pathNot: ['^$1/$2/src/', '^(packages|services)/[^/]+/src/index[.]ts$'],
      },
    },
    vendor('bullmq', 'bullmq', 'packages/queue-bullmq'),
    vendor('ioredis', 'ioredis', 'packages/queue-bullmq'),
    vendor('aws', '@aws-sdk', 'packages/object-store'),
    vendor('onnxruntime', 'onnxruntime-(node|common)', 'packages/policy-onnx'),
    vendor('prom-client', 'prom-client', 'packages/service-kit'),
    vendor('fastify', 'fastify', 'packages/service-kit'),
    vendor('pino', 'pino', 'packages/service-kit'),
    vendor('arrow', '(apache-arrow|parquet-wasm)', 'packages/parquet-io'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|services)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'default'],
    },
  },
};
