import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keys } from '@drivesweep/contracts';
import type { Scorecard, SweepSpec } from '@drivesweep/contracts';
import { createFrameDecoder, openDriveReader } from '@drivesweep/drives';
import {
  openObjectStore,
  parseRoots,
  restrictToRoots,
  s3OptionsFromEnv,
} from '@drivesweep/object-store';
import { countContradictions, renderReport } from '@drivesweep/report';
import type { ReportData, WindowToShow } from '@drivesweep/report';
import type { Environment } from '@drivesweep/service-kit';
import { CONTRADICTIONS_SHOWN } from './report-highlights.ts';
import type { Highlights, WindowPlace } from './report-highlights.ts';
import { createPictureTaker, PICTURES_MS } from './report-pictures.ts';
import type { PictureSource, TakePicture } from './report-pictures.ts';
import { readWindows, windowToShow } from './report-windows.ts';
import type { ScoredSweep } from './score-shard.ts';

/**
 * Writes the page of a sweep beside its scorecard. The bytes depend on the scorecard, the predictions and the
 * dataset's pictures. Errors: PART_CORRUPT, STORE_*, INTERNAL; a dataset that cannot be reached is none.
 */
export async function writeReport(
  sweep: ScoredSweep,
  scorecard: Scorecard,
  highlights: Highlights,
  env: Environment,
): Promise<void> {
  const data = await withPictures(sweep.spec, env, (take) =>
    gatherReport(sweep, scorecard, highlights, take),
  );
  const page = new TextEncoder().encode(renderReport(data));
  await sweep.store.put(keys.report(sweep.spec.sweepId), page);
}

/** Reads the windows that stood out, judges their traces and takes their pictures. */
export async function gatherReport(
  { store, spec, scoring }: ScoredSweep,
  scorecard: Scorecard,
  highlights: Highlights,
  take: TakePicture,
): Promise<ReportData> {
  const [worst, contradicting] = [highlights.worst(), highlights.contradictions()];
  const rows = await readWindows(store, [...worst, ...contradicting]);
  const judged = (places: readonly WindowPlace[]) =>
    places.map((place) => windowToShow(place, rows.get(place.windowId), spec, scoring.metrics));
  const pictured = async (windows: ReturnType<typeof judged>): Promise<WindowToShow[]> => {
    const shown: WindowToShow[] = [];
    // One after the other: each picture is a process of its own.
    for (const window of windows) {
      shown.push({ ...window, picture: await take(window.driveId, window.t0Us) });
    }
    return shown;
  };
  // Sorting is stable: of windows with as many contradictions the one that the scores put first stays first.
  const contradictions = judged(contradicting)
    .filter(({ verdicts }) => countContradictions(verdicts) > 0)
    .sort((a, b) => countContradictions(b.verdicts) - countContradictions(a.verdicts))
    .slice(0, CONTRADICTIONS_SHOWN);
  return {
    scorecard,
    histograms: highlights.histograms(),
    worst: await pictured(judged(worst)),
    contradictions: await pictured(contradictions),
    notes: [],
  };
}

/** Calls `gather` with what takes pictures of the sweep's dataset; nothing of it is left behind. */
async function withPictures<T>(
  { dataset }: SweepSpec,
  env: Environment,
  gather: (take: TakePicture) => Promise<T>,
): Promise<T> {
  const scratchDir = await mkdtemp(join(tmpdir(), 'drivesweep-report-'));
  let decoder: PictureSource['decoder'] | undefined;
  const open = (): PictureSource => {
    const openSource = restrictToRoots(parseRoots(env['DRIVESWEEP_ALLOWED_ROOTS']), (uri) =>
      openObjectStore(uri, { s3: s3OptionsFromEnv(env) }),
    );
    const store = openSource(dataset.uri);
    decoder = createFrameDecoder({ store, scratchDir });
    return { reader: openDriveReader(store, dataset.layout), decoder };
  };
  try {
    return await gather(createPictureTaker(open, AbortSignal.timeout(PICTURES_MS)));
  } finally {
    await decoder?.close();
    await rm(scratchDir, { recursive: true, force: true });
  }
}
