import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { KINEMATIC_POLICIES, kinematicPolicyRef } from '@drivesweep/policy-kinematic';
import { bundleNeeds, bundleRef, openBundle, verifyBundle } from '@drivesweep/policy-onnx';
import type { VerifyReport } from '@drivesweep/policy-onnx';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit-code.ts';
import { jsonText } from './json-text.ts';
import { absoluteUri } from './sweep-file.ts';

const POLICY_HELP = 'kinematic name, or folder or URI of a bundle';

interface PolicyOptions {
  readonly json?: true;
  readonly accept: string[];
}

export function addPolicyCommands(program: Command, context: CommandContext): void {
  const policy = program
    .command('policy')
    .summary('look at policies')
    .description('Looks at policies: the built-in ones and bundles.')
    .addHelpText('after', '\nExample:\n  drivesweep policy verify ./bundles/steering');

  policy
    .command('inspect')
    .summary('say what a policy is and needs')
    .description('Says what a policy is, what it must be given and what it answers with.')
    .argument('<policy>', POLICY_HELP)
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  drivesweep policy inspect kinematic:constant-velocity')
    .action(async (wanted: string, options: PolicyOptions) => {
      const about = await inspect(wanted, context);
      context.console.result(options.json ? jsonText(about) : formatFacts(about));
      context.end(EXIT.complete);
    });

  policy
    .command('verify')
    .summary('check hashes, graph, licence and golden case of a bundle')
    .description('Checks everything that can be wrong with a bundle, and reports all of it.')
    .argument('<policy>', POLICY_HELP)
    .option('--accept <licence>', 'accept a licence by its id; may be repeated', append, [])
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  drivesweep policy verify ./bundles/steering --accept LicenseRef-Example',
    )
    .action(async (wanted: string, options: PolicyOptions) => {
      const report = await verify(wanted, options.accept, context);
      context.console.result(options.json ? jsonText(report) : formatReport(report));
      context.end(report.ok ? EXIT.complete : EXIT.badInput);
    });
}

function append(value: string, before: string[]): string[] {
  return [...before, value];
}

type Facts = Readonly<Record<string, unknown>>;

async function inspect(wanted: string, context: CommandContext): Promise<Facts> {
  if (wanted.startsWith('kinematic:')) {
    const ref = kinematicPolicyRef(wanted);
    const description = new Map(Object.entries<string>(KINEMATIC_POLICIES)).get(wanted);
    return { ...ref, description, needs: 'history; looks at no camera' };
  }
  const { uri, store } = bundleStore(wanted, context);
  const bundle = await openBundle(store);
  const { description, licence, runtime, files, output, traces } = bundle.manifest;
  return {
    ...bundleRef(bundle, uri),
    ...(description === undefined ? {} : { description }),
    licence,
    runtime,
    output: output.kind,
    ...(traces === undefined ? {} : { traces: `a closed list of ${traces.length} sentences` }),
    needs: bundleNeeds(bundle.manifest),
    files: files.map((file) => file.path),
  };
}

async function verify(
  wanted: string,
  acceptLicences: readonly string[],
  context: CommandContext,
): Promise<VerifyReport> {
  if (wanted.startsWith('kinematic:')) return builtIn(wanted);
  const { store } = bundleStore(wanted, context);
  const cacheDir = await mkdtemp(join(tmpdir(), 'drivesweep-bundle-'));
  try {
    return await verifyBundle(await openBundle(store), {
      acceptLicences,
      runGolden: true,
      provider: 'cpu',
      deviceId: 0,
      threads: null,
      cacheDir,
    });
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
}

/** A built-in policy has no files that could differ. @throws POLICY_NOT_FOUND */
function builtIn(name: string): VerifyReport {
  const { version, bundleSha256 } = kinematicPolicyRef(name);
  return { name, version, bundleSha256, ok: true, checks: [] };
}

function bundleStore(wanted: string, context: CommandContext) {
  const uri = absoluteUri(wanted, resolve('.'));
  return { uri, store: openObjectStore(uri, { s3: s3OptionsFromEnv(context.env) }) };
}

/** One fact per line, those inside others by their path: `needs.cameras.names  a, b`. */
function formatFacts(facts: Facts): string {
  const lines = flatten(facts, '');
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

function flatten(facts: object, prefix: string): [string, string][] {
  return Object.entries(facts).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const path = `${prefix}${name}`;
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return [[path, value.join(', ')]];
    if (typeof value === 'object') return flatten(value, `${path}.`);
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

function formatReport(report: VerifyReport): string {
  const lines = report.checks.flatMap(({ check, outcome, code, message, hint }) => [
    `  ${check.padEnd(8)}  ${outcome}  ${code === null ? '' : `[${code}] `}${message}`,
    ...(hint === null ? [] : [`            hint: ${hint}`]),
  ]);
  const verdict = report.ok ? 'can be used' : 'cannot be used';
  const title = `${report.name} ${report.version} (${report.bundleSha256.slice(0, 8)}): ${verdict}`;
  return [title, ...lines].join('\n');
}
