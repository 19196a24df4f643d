import { DrivesweepError } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import { driveIdsOf } from './drive-index.ts';
import { getIfThere } from './optional-object.ts';
import { readParquetTable } from './parquet-table.ts';

export const REASONING_KEY = 'reasoning/ood_reasoning.parquet';

/** One moment of a PhysicalAI-AV drive that a person or a teacher explained. */
export interface ReasoningEvent {
  readonly driveId: string;
  /** Start of the event on the drive's clock, integer microseconds; null where the dataset has none. */
  readonly startUs: number | null;
  readonly trace: string;
  /** The dataset's name for the kind of event, for example `WORK_ZONES_TEMP_TRAFFIC_CONTROL`. */
  readonly cluster: string | null;
  readonly split: string | null;
}

/**
 * Reads every reasoning event of a PhysicalAI-AV dataset, in the order of the file. `events` is a JSON text or a list.
 *
 * @throws DATASET_INVALID when the file is missing or damaged, or an event has its text neither under `coc` nor
 *   under `cot`: NVIDIA's own files use both names, and an empty trace taken for a real one would be scored
 */
export async function readReasoningEvents(store: ObjectStore): Promise<ReasoningEvent[]> {
  const bytes = await getIfThere(store, REASONING_KEY);
  if (!bytes) throw new DrivesweepError('DATASET_INVALID', `${store.uri} has no ${REASONING_KEY}`);
  const table = await readParquetTable(bytes, { what: REASONING_KEY, code: 'DATASET_INVALID' });
  const driveIds = driveIdsOf(table);
  const clusters = table.has('event_cluster') ? table.strings('event_cluster') : [];
  const splits = table.has('split') ? table.strings('split') : [];

  return table.raw('events').flatMap((events, row) => {
    const driveId = driveIds[row];
    if (driveId === null || driveId === undefined) throw invalid(`row ${row} has no clip_id`);
    return eventList(events, driveId).map((event, index) => ({
      driveId,
      startUs: microseconds(event['event_start_timestamp']),
      trace: traceOf(event, `event ${index} of ${driveId}`),
      cluster: clusters[row] ?? null,
      split: splits[row] ?? null,
    }));
  });
}

type Members = Readonly<Record<string, unknown>>;

function eventList(events: unknown, driveId: string): Members[] {
  const list = typeof events === 'string' ? parseEvents(events, driveId) : events;
  if (!Array.isArray(list)) throw invalid(`events of ${driveId} are not a list`);
  return list.map((event: unknown, index) => {
    if (!isMembers(event)) throw invalid(`event ${index} of ${driveId} is not an object`);
    return event;
  });
}

/** A text in quotes, or a NaN outside of one. */
const TEXT_OR_NAN = /"(?:[^"\\]|\\.)*"|\bNaN\b/g;

/** Python writes a time that is missing as a bare NaN, which JSON does not know. */
function parseEvents(text: string, driveId: string): unknown {
  const json = text.replaceAll(TEXT_OR_NAN, (token) => (token === 'NaN' ? 'null' : token));
  try {
    return JSON.parse(json);
  } catch {
    throw invalid(`events of ${driveId} are not JSON`);
  }
}

function traceOf(event: Members, what: string): string {
  const text = [event['coc'], event['cot']].find((value) => typeof value === 'string');
  if (typeof text === 'string' && text.trim() !== '') return text;
  throw invalid(`${what} has a text neither under coc nor under cot: ${Object.keys(event).join()}`);
}

function microseconds(value: unknown): number | null {
  const us = typeof value === 'bigint' ? Number(value) : value;
  return typeof us === 'number' && Number.isFinite(us) ? Math.round(us) : null;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problem: string): DrivesweepError {
  return new DrivesweepError('DATASET_INVALID', `${REASONING_KEY}: ${problem}`);
}
