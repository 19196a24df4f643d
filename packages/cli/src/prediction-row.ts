import { isErrorCode } from '@drivesweep/contracts';
import type { ForeignRow } from '@drivesweep/parquet-io';
import { fieldsOf } from './prediction-fields.ts';
import { predictionOf, refusedBy } from './prediction-line.ts';
import type { PredictionRecord } from './prediction-to-score.ts';

/**
 * One row with the columns of our prediction parts. It goes through the same checks as a line of JSON: columns are
 * given the names that lines have.
 * @param stepS seconds between poses
 */
export function readPredictionRow(row: ForeignRow, line: number, stepS: number): PredictionRecord {
  const windowId = typeof row['window_id'] === 'string' ? row['window_id'] : null;
  const status = row['status'] ?? 'ok';
  if (status === 'error' || status === 'skipped') {
    const code = isErrorCode(row['error_code']) ? row['error_code'] : 'PREDICTION_INVALID';
    const message = typeof row['error_message'] === 'string' ? row['error_message'] : '';
    return { kind: 'refused', line, windowId, status, code, message };
  }
  try {
    const prediction = predictionOf(fieldsOf('', asLine(row, stepS)));
    return { kind: 'prediction', line, prediction };
  } catch (thrown) {
    return refusedBy(thrown, line, windowId);
  }
}

function asLine(row: ForeignRow, stepS: number): object {
  const path = (name: string) => ({
    x: row[`${name}_x`],
    y: row[`${name}_y`],
    z: row[`${name}_z`],
    yaw: row[`${name}_yaw`],
  });
  return {
    window_id: row['window_id'],
    drive_id: row['drive_id'],
    dt_s: stepS,
    history: path('history'),
    future: path('future'),
    samples: row['samples'],
    obstacles: obstaclesOf(row['obstacles']),
    v0_mps: row['v0_mps'],
    facts: factsOf(row['facts']),
    ego: egoOf(row),
  };
}

function obstaclesOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((each: unknown, i) => {
    const { values } = fieldsOf(`obstacles[${i}]`, each);
    const tUs = values['t_us'];
    return {
      ...values,
      id: values['track_id'],
      class: values['class_name'],
      length: values['length_m'],
      width: values['width_m'],
      t_s: Array.isArray(tUs)
        ? tUs.map((us: unknown) => (typeof us === 'number' ? us / 1e6 : us))
        : tUs,
    };
  });
}

/** Lists of name and value, as our parts hold them. */
function factsOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(
    value.map((each: unknown, i) => {
      const { values } = fieldsOf(`facts[${i}]`, each);
      return [String(values['name']), values['value']];
    }),
  );
}

function egoOf(row: ForeignRow): unknown {
  if (row['ego_length_m'] == null) return undefined;
  return {
    length: row['ego_length_m'],
    width: row['ego_width_m'],
    rear_axle_to_centre: row['ego_rear_axle_to_centre_m'],
  };
}
