import { DrivesweepError, SCORE_SCHEMA_VERSION } from '@drivesweep/contracts';
import type { PartMetadata, ScoreRow } from '@drivesweep/contracts';
import { columnsOf, float64Column, int64Column, stringColumn } from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { float64Values, int64Values, requiredTexts, partColumn, validityOf } from './arrow-read.ts';
import { errorCodes, factsOf, rowStatuses } from './identity-columns.ts';
import { writeFile } from './parquet-file.ts';
import { readPart } from './part-file.ts';
import { metadataToWrite } from './part-metadata.ts';
import { factsColumn } from './prediction-rows.ts';

const IDENTITY = ['window_id', 'drive_id', 't0_us', 'status', 'error_code', 'facts'];

function fault(message: string): DrivesweepError {
  return new DrivesweepError('INTERNAL', `score part: ${message}`);
}

function assertWritable(rows: readonly ScoreRow[], metricIds: readonly string[]): void {
  const taken = new Set(IDENTITY);
  for (const id of metricIds) {
    if (taken.has(id)) throw fault(`two columns are called ${id}`);
    taken.add(id);
  }
  for (const { windowId, status, values } of rows) {
    const expected = status === 'ok' ? metricIds.length : 0;
    if (values.length !== expected) {
      throw fault(`window ${windowId} (${status}) has ${values.length} values, not ${expected}`);
    }
  }
}

/**
 * One score part as a Parquet file: what identifies the window, then one nullable double column per metric, named by
 * its id. Null where a metric does not apply or the window is not ok. Rows that do not fit `metricIds` are INTERNAL.
 */
export function encodeScorePart(
  rows: readonly ScoreRow[],
  metricIds: readonly string[],
  metadata: PartMetadata,
): Uint8Array {
  assertWritable(rows, metricIds);
  const { required, nullable } = columnsOf(rows);
  const columns: ArrowColumn[] = [
    required(stringColumn, 'window_id', (row) => row.windowId),
    required(stringColumn, 'drive_id', (row) => row.driveId),
    nullable(int64Column, 't0_us', (row) => row.t0Us),
    required(stringColumn, 'status', (row) => row.status),
    nullable(stringColumn, 'error_code', (row) => row.code),
    factsColumn(rows.map((row) => row.facts)),
    ...metricIds.map((id, m) => nullable(float64Column, id, (row) => row.values[m] ?? null)),
  ];
  return writeFile(columns, rows.length, metadataToWrite(metadata, SCORE_SCHEMA_VERSION));
}

/**
 * Reads a score part back; values are the float64 that were written.
 * Throws PART_CORRUPT for damaged bytes and SCHEMA_UNSUPPORTED for another version.
 */
export function decodeScorePart(bytes: Uint8Array): {
  readonly metadata: PartMetadata;
  readonly metricIds: string[];
  readonly rows: ScoreRow[];
} {
  const { rows: part, metadata } = readPart(bytes, SCORE_SCHEMA_VERSION);
  const column = (name: string) => partColumn(part, name);
  const metricIds = part.names.filter((name) => !IDENTITY.includes(name));
  const metrics = metricIds.map((id) => ({
    values: float64Values(column(id)),
    valid: validityOf(column(id)),
  }));
  const windowIds = requiredTexts(column('window_id'));
  const driveIds = requiredTexts(column('drive_id'));
  const t0Us = int64Values(column('t0_us'));
  const hasT0 = validityOf(column('t0_us'));
  const statuses = rowStatuses(column('status'));
  const codes = errorCodes(column('error_code'));
  const facts = factsOf(column('facts'));
  const rows = statuses.map((status, row): ScoreRow => ({
    windowId: windowIds[row] ?? '',
    driveId: driveIds[row] ?? '',
    t0Us: hasT0?.[row] === 0 ? null : (t0Us[row] ?? null),
    facts: facts[row] ?? {},
    status,
    code: codes[row] ?? null,
    values:
      status === 'ok'
        ? metrics.map(({ values, valid }) => (valid?.[row] === 0 ? null : (values[row] ?? null)))
        : [],
  }));
  return { metadata, metricIds, rows };
}
