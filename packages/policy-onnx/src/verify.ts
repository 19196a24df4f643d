import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { ErrorCode } from '@drivesweep/contracts';
import { bundleRef, requireLicence } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import { openBundleText } from './bundle-text.ts';
import type { BundleText } from './bundle-text.ts';
import { compareWithGolden, decodeGoldenCase, goldenInput } from './golden.ts';
import type { GoldenCase, GoldenDifference } from './golden.ts';
import { localBundle } from './local-bundle.ts';
import { openBundleGraph, policyOn, requireGraph, requireProvider } from './onnx-policy.ts';
import type { LoadOptions } from './onnx-policy.ts';

/** `tokenizer` is looked at only where the policy writes a text. */
export type CheckName = 'licence' | 'files' | 'tokenizer' | 'provider' | 'graph' | 'golden';

export interface VerifyCheck {
  readonly check: CheckName;
  /** `skipped`: an earlier check failed, or it was not asked for; `message` says which. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint: string | null;
}

export interface VerifyReport {
  readonly name: string;
  readonly version: string;
  readonly bundleSha256: string;
  /** True when no check failed. */
  readonly ok: boolean;
  readonly checks: readonly VerifyCheck[];
}

export interface VerifyOptions extends LoadOptions {
  readonly acceptLicences: readonly string[];
  readonly runGolden: boolean;
}

/** Looks at everything that can be wrong with an opened bundle and reports all of it; throws for nothing. */
export async function verifyBundle(bundle: Bundle, options: VerifyOptions): Promise<VerifyReport> {
  const { manifest } = bundle;
  const checks: VerifyCheck[] = [];
  const check = async (name: CheckName, body: () => string | Promise<string>): Promise<boolean> => {
    try {
      checks.push(passed(name, await body()));
      return true;
    } catch (thrown) {
      const { code, message, hint } = asDrivesweepError(thrown);
      checks.push({ check: name, outcome: 'failed', code, message, hint: hint ?? null });
      return false;
    }
  };

  await check('licence', () => {
    requireLicence(manifest, options.acceptLicences);
    return `${manifest.licence.id}${manifest.licence.commercialUse ? '' : ', no commercial use'}`;
  });
  let folder = '';
  const filesFine = await check('files', async () => {
    folder = await localBundle(bundle, options.cacheDir);
    return `${manifest.files.length} files have the SHA-256 that policy.json says`;
  });
  let text: BundleText | null = null;
  const textFine =
    !filesFine ||
    manifest.reasoning === undefined ||
    (await check('tokenizer', async () => {
      text = await openBundleText(manifest, folder);
      const { length } = manifest.reasoning?.prompt ?? {};
      return length === undefined ? 'the prompt is in the graph' : `a prompt of ${length} ids`;
    }));
  const providerFine = await check('provider', () => {
    requireProvider(manifest, options.provider);
    return `runs on ${manifest.runtime.providers.join(', ')}`;
  });
  if (filesFine && textFine && providerFine) {
    const loaded = { bundle, folder, text, options };
    await checkGraph(loaded, check, (skip) => checks.push(skip));
  } else {
    checks.push(skipped('graph', 'an earlier check failed'), skipped('golden', 'no graph to run'));
  }
  return {
    name: manifest.name,
    version: manifest.version,
    bundleSha256: bundleRef(bundle, bundle.store.uri).bundleSha256,
    ok: checks.every(({ outcome }) => outcome !== 'failed'),
    checks,
  };
}

type Check = (name: CheckName, body: () => string | Promise<string>) => Promise<boolean>;

interface LoadedBundle {
  readonly bundle: Bundle;
  readonly folder: string;
  readonly text: BundleText | null;
  readonly options: VerifyOptions;
}

async function checkGraph(
  { bundle, folder, text, options }: LoadedBundle,
  check: Check,
  skip: (check: VerifyCheck) => void,
): Promise<void> {
  const { manifest } = bundle;
  const opened = await openBundleGraph(manifest, folder, options).catch((error: unknown) =>
    asDrivesweepError(error),
  );
  if (opened instanceof Error) {
    await check('graph', () => {
      throw opened;
    });
    skip(skipped('golden', 'no graph to run'));
    return;
  }
  try {
    const graphFine = await check('graph', () => {
      requireGraph(manifest, opened);
      const { inputs, outputs, runtimeVersion } = opened.info;
      return `${inputs.length} inputs and ${outputs.length} outputs as declared, onnxruntime ${runtimeVersion}`;
    });
    const { golden } = manifest;
    if (!graphFine) skip(skipped('golden', 'no graph to run'));
    else if (golden === null) skip(skipped('golden', 'the bundle brings no golden case'));
    else if (!options.runGolden) skip(skipped('golden', 'not asked for'));
    else {
      await check('golden', async () => {
        const { store } = bundle;
        const goldenCase = decodeGoldenCase(await store.get(golden.file), golden.file);
        const { framesFile, parameters } = goldenCase;
        requireListed(bundle, framesFile);
        const frames = framesFile === null ? null : await store.get(framesFile);
        const policy = policyOn(bundle, opened, text, options);
        const [samples = []] = await policy.infer([goldenInput(goldenCase, frames)], parameters);
        const worst = compareWithGolden(goldenCase, samples, golden.tolerances);
        const listed = samples[0]?.topTokens?.k;
        const top =
          listed === undefined ? '' : `, among the ${listed} most likely where they must be`;
        return `${goldenMessage(goldenCase, worst)}${top}`;
      });
    }
  } finally {
    await opened.close();
  }
}

function goldenMessage({ expected }: GoldenCase, worst: GoldenDifference): string {
  const off = `off by at most ${worst.worstXyzM.toExponential(1)} m and ${worst.worstYawRad.toExponential(1)} rad`;
  const tokens = expected.reduce((sum, { tokenIds = [] }) => sum + tokenIds.length, 0);
  if (tokens === 0) return off;
  const { worstLogprob } = worst;
  const logprob =
    worstLogprob === null ? '' : `, ${worstLogprob.toExponential(1)} in log-probability`;
  return `${off}${logprob}; all ${tokens} tokens as expected`;
}

/** Frames that policy.json does not list would not be part of the hash, and might lie anywhere. */
function requireListed({ manifest }: Bundle, path: string | null): void {
  if (path === null || manifest.files.some((file) => file.path === path)) return;
  throw new DrivesweepError('BUNDLE_INVALID', `golden case: ${path} is not in "files"`);
}

function passed(check: CheckName, message: string): VerifyCheck {
  return { check, outcome: 'passed', code: null, message, hint: null };
}

function skipped(check: CheckName, message: string): VerifyCheck {
  return { check, outcome: 'skipped', code: null, message, hint: null };
}
