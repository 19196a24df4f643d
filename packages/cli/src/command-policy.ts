import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { openObjectStore, s3OptionsFromEnv } from '@drivesweep/object-store';
import { KINEMATIC_POLICIES, kinematicPolicyRef } from '@drivesweep/policy-kinematic';
import {
  bundleNeeds,
  bundleRef,
  openBundle,
  PROVIDERS,
  verifyBundle,
} from '@drivesweep/policy-onnx';
import type { Provider, VerifyReport } from '@drivesweep/policy-onnx';
import type { CommandContext } from './command.ts';
import { EXIT } from './exit-code.ts';
import { jsonText } from './json-text.ts';
import { absoluteUri } from './sweep-file.ts';

const POLICY_HELP = 'kinematic name, or folder or URI of a bundle';

interface PolicyOptions {
  readonly json?: true;
}

interface VerifyPolicyOptions extends PolicyOptions {
  readonly accept: string[];
  readonly provider: Provider;
  readonly device: number;
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
    .addOption(
      new Option('--provider <name>', 'execution provider to run it on')
        .choices(PROVIDERS)
        .default('cpu'),
    )
    .option('--device <index>', 'which of the devices of the provider', deviceIndex, 0)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  drivesweep policy verify ./bundles/steering --accept LicenseRef-Example --provider cuda',
    )
    .action(async (wanted: string, options: VerifyPolicyOptions) => {
      const report = await verify(wanted, options, context);
      context.console.result(options.json ? jsonText(report) : formatReport(report));
      context.end(report.ok ? EXIT.complete : EXIT.badInput);
    });
}

function append(value: string, before: string[]): string[] {
  return [...before, value];
}

function deviceIndex(text: string): number {
  const index = Number(text);
  if (/^\d+$/.test(text) && index <= 255) return index;
  throw new InvalidArgumentError('expected 0 to 255');
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
  const { description, licence, runtime, files, output, traces, reasoning } = bundle.manifest;
  return {
    ...bundleRef(bundle, uri),
    ...(description === undefined ? {} : { description }),
    licence,
    runtime,
    output: output.kind,
    ...(traces === undefined ? {} : { traces: `a closed list of ${traces.length} sentences` }),
    ...(reasoning === undefined
      ? {}
      : { traces: `its own, up to ${reasoning.decode.maxTokens} tokens` }),
    needs: bundleNeeds(bundle.manifest),
    files: files.map((file) => file.path),
  };
}

async function verify(
  wanted: string,
  options: VerifyPolicyOptions,
  context: CommandContext,
): Promise<VerifyReport> {
  if (wanted.startsWith('kinematic:')) return builtIn(wanted);
  const { store } = bundleStore(wanted, context);
  const cacheDir = await mkdtemp(join(tmpdir(), 'drivesweep-bundle-'));
  try {
    return await verifyBundle(await openBundle(store), {
      acceptLicences: options.accept,
      runGolden: true,
      provider: options.provider,
      deviceId: options.device,
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
  const width = Math.max(8, ...report.checks.map(({ check }) => check.length));
  const lines = report.checks.flatMap(({ check, outcome, code, message, hint }) => [
    `  ${check.padEnd(width)}  ${outcome}  ${code === null ? '' : `[${code}] `}${message}`,
    ...(hint === null ? [] : [`${' '.repeat(width + 4)}hint: ${hint}`]),
  ]);
  const verdict = report.ok ? 'can be used' : 'cannot be used';
  const title = `${report.name} ${report.version} (${report.bundleSha256.slice(0, 8)}): ${verdict}`;
  return [title, ...lines].join('\n');
}
