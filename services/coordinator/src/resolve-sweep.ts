import { isAbsolute } from 'node:path';
import {
  DrivesweepError,
  PREPROCESSING_VERSION,
  sha256Hex,
  sweepIdOf,
} from '@drivesweep/contracts';
import type { DriveReader, SweepFile, SweepSpec, WindowRule } from '@drivesweep/contracts';
import { canonicalDriveId, openDriveReader } from '@drivesweep/drives';
import { IssuesError } from '@drivesweep/service-kit';
import type { OpenStore } from './open-store.ts';
import type { WindowChoice } from './plan-sweep.ts';
import { resolvePolicy } from './resolve-policy.ts';
import { parseWindowList } from './window-list.ts';
import { selectionOf } from './write-plan.ts';

/** Far more than ten million windows as CSV need. */
const LIST_LIMIT_BYTES = 512 * 1024 * 1024;

/** Opens the dataset of a sweep. */
export function openReader(spec: Pick<SweepSpec, 'dataset'>, openStore: OpenStore): DriveReader {
  return openDriveReader(openStore(spec.dataset.uri), spec.dataset.layout);
}

/**
 * Turns a sweep file into a spec: policy, dataset and list are looked at, so that the id covers what they hold.
 * Errors: SWEEP_FILE_INVALID with the field, POLICY_NOT_FOUND, BUNDLE_*, LICENCE_NOT_ACCEPTED, DATASET_INVALID,
 * LIST_INVALID, SWEEP_EMPTY, STORE_*.
 */
export async function resolveSweep(file: SweepFile, openStore: OpenStore): Promise<SweepSpec> {
  refuseRelativePaths(file);
  refuseForbiddenPlaces(file, openStore);
  const { layout, uri } = file.dataset;
  const reader = openDriveReader(openStore(uri), layout);
  const [dataset, { windows, texts }] = await Promise.all([
    reader.describe(),
    resolveWindows(file.windows, openStore),
  ]);
  const policy = await resolvePolicy(file, texts, openStore);
  const ids = file.drives.ids?.map((id) => canonicalDriveId(layout, id));
  const spec: Omit<SweepSpec, 'sweepId'> = {
    schema: 'sweep/1',
    name: file.name,
    policy,
    dataset: {
      layout,
      uri,
      revision: file.dataset.revision ?? dataset.detectedRevision,
      fingerprint: dataset.fingerprint,
    },
    drives: {
      split: file.drives.split ? [...new Set(file.drives.split)].sort() : null,
      ids: ids ? [...new Set(ids)].sort() : null,
      limit: file.drives.limit ?? null,
    },
    windows,
    ...(file.navigation === undefined ? {} : { navigation: file.navigation }),
    samples: file.samples,
    seed: file.seed,
    historySteps: file.history_steps,
    horizonSteps: file.horizon_steps,
    stepUs: 1e6 / file.rate_hz,
    preprocessing: PREPROCESSING_VERSION,
    errorBudget: file.error_budget
      ? { fraction: file.error_budget.fraction ?? null, count: file.error_budget.count ?? null }
      : null,
    acceptLicences: file.accept_licences,
  };
  const whole = { ...spec, sweepId: sweepIdOf(spec) };
  await refuseEmpty(whole, reader, openStore);
  return whole;
}

/** The windows of a spec, with the list read again. Throws LIST_INVALID when it is not the list that was submitted. */
export async function windowChoiceOf(spec: SweepSpec, openStore: OpenStore): Promise<WindowChoice> {
  const { windows } = spec;
  if (windows.kind === 'every') return { kind: 'grid', everyUs: windows.everyUs };
  if (windows.kind === 'at') return { kind: 'at', atUs: windows.atUs };
  const bytes = await readList(windows.uri, openStore);
  if (sha256Hex(bytes) !== windows.sha256) {
    throw new DrivesweepError('LIST_INVALID', `${windows.uri} was changed after it was submitted`, {
      hint: 'Submit the sweep again: with another list it is another sweep.',
    });
  }
  const { layout } = spec.dataset;
  const list = parseWindowList(windows.uri, bytes, (id) => canonicalDriveId(layout, id));
  return { kind: 'list', windowsByDrive: list };
}

interface ResolvedWindows {
  readonly windows: WindowRule;
  /** Does the list say of any window where to go? */
  readonly texts: boolean;
}

async function resolveWindows(
  windows: SweepFile['windows'],
  openStore: OpenStore,
): Promise<ResolvedWindows> {
  if (windows.every_s !== undefined) {
    const everyUs = Math.round(windows.every_s * 1e6);
    return { windows: { kind: 'every', everyUs }, texts: false };
  }
  if (windows.at_us !== undefined) {
    const atUs = [...new Set(windows.at_us)].sort((a, b) => a - b);
    return { windows: { kind: 'at', atUs }, texts: false };
  }
  const uri = windows.list ?? '';
  const bytes = await readList(uri, openStore);
  const list = parseWindowList(uri, bytes);
  if (list.size === 0) {
    throw new DrivesweepError('SWEEP_EMPTY', `${uri} lists no window`);
  }
  const texts = [...list.values()].some((drive) => [...drive.values()].some((t) => t !== null));
  return { windows: { kind: 'list', uri, sha256: sha256Hex(bytes) }, texts };
}

async function readList(uri: string, openStore: OpenStore): Promise<Uint8Array> {
  const cut = uri.lastIndexOf('/') + 1;
  const store = openStore(uri.slice(0, cut));
  const key = uri.slice(cut);
  try {
    const bytes = (await store.head(key))?.bytes ?? 0;
    if (bytes > LIST_LIMIT_BYTES) {
      throw new DrivesweepError('LIST_INVALID', `${uri} has ${bytes} bytes`, {
        hint: `A list has at most ${LIST_LIMIT_BYTES} bytes; cut it into several sweeps.`,
      });
    }
    return await store.get(key);
  } catch (cause) {
    if (!(cause instanceof DrivesweepError) || cause.kind === 'transient') throw cause;
    if (cause.code === 'LIST_INVALID') throw cause;
    throw new DrivesweepError('LIST_INVALID', `there is no list ${uri}`, { cause });
  }
}

/** Looks for one drive only; whether the drives are long enough turns out when the sweep is planned. */
async function refuseEmpty(
  spec: SweepSpec,
  reader: DriveReader,
  openStore: OpenStore,
): Promise<void> {
  const choice = await windowChoiceOf(spec, openStore);
  const drives = reader.listDrives(selectionOf(spec, choice))[Symbol.asyncIterator]();
  const first = await drives.next();
  await drives.return?.();
  if (first.done !== true) return;
  throw new DrivesweepError('SWEEP_EMPTY', 'the sweep selects no drive of the dataset', {
    hint: 'Look at drives.split, drives.ids and windows.list.',
  });
}

/** Opening touches nothing yet, and throws URI_NOT_ALLOWED: before anything that the file names is read. */
function refuseForbiddenPlaces(file: SweepFile, openStore: OpenStore): void {
  for (const { uri } of placesOf(file)) {
    if (!uri.startsWith('kinematic:')) openStore(uri);
  }
}

/** Everything that a sweep file names. */
function placesOf(file: SweepFile): { readonly path: string[]; readonly uri: string }[] {
  const { list } = file.windows;
  return [
    { path: ['policy'], uri: file.policy },
    { path: ['dataset', 'uri'], uri: file.dataset.uri },
    ...(list === undefined ? [] : [{ path: ['windows', 'list'], uri: list }]),
  ];
}

/** A coordinator has its own working folder; only the CLI knows what a relative path is relative to. */
function refuseRelativePaths(file: SweepFile): void {
  const issues = placesOf(file)
    .filter(({ uri }) => !isAbsolute(uri) && !/^(s3|file):\/\/|^kinematic:/.test(uri))
    .map(({ path }) => ({ path, message: 'expected an absolute path or a URI' }));
  if (issues.length === 0) return;
  const fields = issues.map((issue) => issue.path.join('.')).join(', ');
  throw new IssuesError('SWEEP_FILE_INVALID', `${fields}: expected an absolute path`, issues);
}
