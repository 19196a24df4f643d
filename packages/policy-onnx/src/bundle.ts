import { realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { canonicalJson, DrivesweepError, sha256Hex } from '@drivesweep/contracts';
import type { ObjectStore, PolicyNeeds, PolicyRef } from '@drivesweep/contracts';
import { bundleManifestSchema } from './bundle-manifest.ts';
import type { BundleManifest } from './bundle-manifest.ts';
import { frameOffsetsUs } from './manifest-cameras.ts';

const MANIFEST_KEY = 'policy.json';
const MANIFEST_LIMIT_BYTES = 4 << 20;

/** A bundle whose policy.json is read and believed; its other files are there, with the sizes that it names. */
export interface Bundle {
  readonly manifest: BundleManifest;
  /** policy.json as canonical JSON: what the hash of the bundle is taken over. */
  readonly canonical: string;
  /** Rooted at the bundle. */
  readonly store: ObjectStore;
}

/**
 * Reads policy.json from a store that is rooted at the bundle, and looks whether its files are there. Contents are
 * hashed by verifyBundle and by loading.
 * Errors: POLICY_NOT_FOUND, BUNDLE_INVALID, BUNDLE_PATH_UNSAFE, BUNDLE_FILE_MISSING, BUNDLE_HASH_MISMATCH (another size).
 */
export async function openBundle(store: ObjectStore): Promise<Bundle> {
  const bundle = { ...parseManifest(await readManifest(store), store.uri), store };
  for (const file of bundle.manifest.files) checkPath(file.path);
  for (const file of bundle.manifest.files) {
    await checkStaysInside(store, file.path);
    const stat = await store.head(file.path);
    if (!stat) {
      throw new DrivesweepError('BUNDLE_FILE_MISSING', `${file.path} is not in ${store.uri}`, {
        hint: 'copy the whole bundle, or remove the file from "files" in policy.json',
      });
    }
    if (stat.bytes !== file.bytes) {
      throw new DrivesweepError(
        'BUNDLE_HASH_MISMATCH',
        `${file.path} in ${store.uri} has ${stat.bytes} bytes, policy.json says ${file.bytes}`,
        { hint: 'the file was changed or copied in part: copy the bundle again' },
      );
    }
  }
  return bundle;
}

/** The identity of a bundle: the SHA-256 over its sorted (path, sha256) list and its canonical policy.json. */
export function bundleRef(bundle: Bundle, uri: string): PolicyRef {
  const { manifest } = bundle;
  const files = manifest.files
    .map((file) => [file.path, file.sha256])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return {
    kind: 'onnx',
    name: manifest.name,
    version: manifest.version,
    uri,
    bundleSha256: sha256Hex(canonicalJson({ files, policy: bundle.canonical })),
  };
}

/** What the pipeline must prepare for this bundle. */
export function bundleNeeds(manifest: BundleManifest): PolicyNeeds {
  const { cameras } = manifest;
  return {
    cameras: cameras && {
      names: cameras.names,
      offsetsUs: frameOffsetsUs(cameras),
      format: {
        height: cameras.height,
        width: cameras.width,
        colour: cameras.colour,
        resize: cameras.resize,
        ...(cameras.smartResize ? { smartResize: cameras.smartResize } : {}),
      },
    },
    historySteps: manifest.history.steps,
    horizonSteps: manifest.horizon?.steps ?? null,
    stepUs: manifest.history.stepUs,
    samples: manifest.samples,
    maxBatch: manifest.batch.maxBatch,
    rowsIndependent: manifest.batch.rowsIndependent,
    ...(takesNavigation(manifest) ? { navigation: true } : {}),
  };
}

function takesNavigation({ reasoning }: BundleManifest): boolean {
  return reasoning?.prompt?.segments.some(({ kind }) => kind === 'navigation') ?? false;
}

/** Throws LICENCE_NOT_ACCEPTED unless the licence needs no acceptance or its id is in the list. */
export function requireLicence(manifest: BundleManifest, accepted: readonly string[]): void {
  const { licence } = manifest;
  if (!licence.mustAccept || accepted.includes(licence.id)) return;
  const terms = licence.url === null ? '' : `, after reading ${licence.url}`;
  throw new DrivesweepError(
    'LICENCE_NOT_ACCEPTED',
    `policy ${manifest.name} stands under ${licence.id}, which must be accepted first`,
    { hint: `add "accept_licences: [${licence.id}]" to the sweep file${terms}` },
  );
}

/** Throws BUNDLE_PATH_UNSAFE for a path that is not plainly below the bundle. */
export function checkPath(path: string): void {
  const parts = path.split('/');
  const safe =
    !path.includes('\\') &&
    !path.includes('\0') &&
    !/^[A-Za-z]:/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (safe) return;
  throw new DrivesweepError('BUNDLE_PATH_UNSAFE', `path ${JSON.stringify(path)} in policy.json`, {
    hint: 'paths are relative to the bundle, with "/" and without ".", ".." or empty parts',
  });
}

async function readManifest(store: ObjectStore): Promise<Uint8Array> {
  const stat = await store.head(MANIFEST_KEY);
  if (!stat) {
    throw new DrivesweepError('POLICY_NOT_FOUND', `${store.uri} has no policy.json`, {
      hint: 'name the folder or prefix of a policy bundle, or a kinematic policy',
    });
  }
  if (stat.bytes > MANIFEST_LIMIT_BYTES) {
    throw new DrivesweepError(
      'BUNDLE_INVALID',
      `policy.json in ${store.uri} has ${stat.bytes} bytes; at most ${MANIFEST_LIMIT_BYTES}`,
    );
  }
  return store.get(MANIFEST_KEY);
}

function parseManifest(bytes: Uint8Array, uri: string): Pick<Bundle, 'manifest' | 'canonical'> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DrivesweepError('BUNDLE_INVALID', `policy.json in ${uri}: ${why}`, { cause });
  }
  const parsed = bundleManifestSchema.safeParse(json);
  if (parsed.success) return { manifest: parsed.data, canonical: canonicalJson(json) };
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || '(top)'}: ${issue.message}`,
  );
  throw new DrivesweepError('BUNDLE_INVALID', `policy.json in ${uri}: ${issues.join('; ')}`, {
    hint: 'the contract is policy-bundle/1, see the README of policy-onnx',
  });
}

/** A symbolic link in a bundle that lies in a folder must not lead out of the folder. */
async function checkStaysInside(store: ObjectStore, path: string): Promise<void> {
  const manifestPath = store.localPath(MANIFEST_KEY);
  const local = store.localPath(path);
  if (manifestPath === null || local === null) return;
  const root = await realpath(dirname(manifestPath));
  const target = await realpath(local).catch(() => null);
  if (target === null || target.startsWith(root + sep)) return;
  throw new DrivesweepError('BUNDLE_PATH_UNSAFE', `${path} is a link that leaves ${store.uri}`, {
    hint: 'put the file itself into the bundle',
  });
}
