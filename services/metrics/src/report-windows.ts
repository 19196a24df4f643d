import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore, OkPrediction, SweepSpec } from '@drivesweep/contracts';
import { readPart } from '@drivesweep/object-store';
import { decodePredictionPart } from '@drivesweep/parquet-io';
import type { ValueToShow, WindowToShow } from '@drivesweep/report';
import { headlineOf, judgeWindow } from '@drivesweep/scoring';
import type { MetricInfo } from '@drivesweep/scoring';
import type { WindowPlace } from './report-highlights.ts';

/** The predictions of these windows by id; each part is read once, and one part is in memory at a time. */
export async function readWindows(
  store: ObjectStore,
  places: readonly WindowPlace[],
): Promise<Map<string, OkPrediction>> {
  const byPart = new Map<string, WindowPlace[]>();
  for (const place of places) {
    byPart.set(place.part.key, [...(byPart.get(place.part.key) ?? []), place]);
  }
  const found = new Map<string, OkPrediction>();
  for (const ofPart of byPart.values()) {
    const [one] = ofPart;
    if (one === undefined) continue;
    const wanted = new Set(ofPart.map(({ windowId }) => windowId));
    const { rows } = decodePredictionPart(await readPart(store, one.part));
    for (const row of rows) {
      if (row.status === 'ok' && wanted.has(row.windowId)) found.set(row.windowId, row);
    }
  }
  return found;
}

/** A window as the page shows it: its predictions, its scores, and what its traces say and are worth. */
export function windowToShow(
  place: WindowPlace,
  row: OkPrediction | undefined,
  { samples, horizonSteps, stepUs }: SweepSpec,
  metrics: readonly MetricInfo[],
): Omit<WindowToShow, 'picture'> {
  if (row === undefined) {
    const message = `${place.part.key} holds no prediction of window ${place.windowId}`;
    throw new DrivesweepError('PART_CORRUPT', message);
  }
  const stepS = stepUs / 1e6;
  const { obstacles, egoBox } = row;
  const { traces, verdicts } = judgeWindow(
    { ...row, obstacles: obstacles ?? undefined, egoBox: egoBox ?? undefined },
    { samples, horizonSteps, stepS },
  );
  const parsedOf = new Map(traces.map(({ sample, parsed }) => [sample, parsed] as const));
  return {
    windowId: row.windowId,
    driveId: row.driveId,
    t0Us: row.t0Us,
    facts: row.facts,
    v0Mps: row.v0Mps,
    stepS,
    history: row.history,
    future: row.future,
    samples: row.samples.map((sample, k) => ({ ...sample, parsed: parsedOf.get(k) ?? null })),
    obstacles,
    egoBox,
    values: valuesOf(place, metrics),
    verdicts,
  };
}

/** Headline metrics first, then all others in the order of the scoring. */
function valuesOf({ values }: WindowPlace, metrics: readonly MetricInfo[]): ValueToShow[] {
  const first = headlineOf(metrics).map(({ id }) => id);
  const all = metrics.map(({ id, unit }, i) => ({ id, unit, value: values[i] ?? null }));
  return [
    ...first.flatMap((id) => all.filter((value) => value.id === id)),
    ...all.filter(({ id }) => !first.includes(id)),
  ];
}
