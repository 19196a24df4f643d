import { DrivesweepError } from '@drivesweep/contracts';

/** A JSON object with the place where it stands, so that every complaint names the field. */
export interface Fields {
  readonly place: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** @throws PREDICTION_INVALID unless the value is an object */
export function fieldsOf(place: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { place, values: Object.fromEntries(Object.entries(value)) };
  }
  throw invalid(place === '' ? 'the line' : place, 'an object', value);
}

/** A field that may be absent; null counts as absent. */
export function optional(fields: Fields, name: string): unknown {
  return fields.values[name] ?? undefined;
}

export function textOf(fields: Fields, name: string): string {
  const value = fields.values[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(placeOf(fields, name), 'text', value);
}

/** @throws PREDICTION_NOT_FINITE, PREDICTION_INVALID */
export function positiveOf(fields: Fields, name: string): number {
  const value = numberAt(placeOf(fields, name), fields.values[name]);
  if (value > 0) return value;
  throw invalid(placeOf(fields, name), 'a number above 0', value);
}

export function listOf(fields: Fields, name: string): readonly unknown[] {
  const value = fields.values[name];
  if (Array.isArray(value)) return value;
  throw invalid(placeOf(fields, name), 'a list', value);
}

/**
 * A list of finite numbers, `length` of them where one is given.
 * @throws PREDICTION_INVALID, PREDICTION_SHAPE, PREDICTION_NOT_FINITE
 */
export function numbersOf(fields: Fields, name: string, length?: number): Float64Array {
  const place = placeOf(fields, name);
  const list = listOf(fields, name);
  if (length !== undefined && list.length !== length) {
    const message = `${place}: expected ${length} values, got ${list.length}`;
    throw new DrivesweepError('PREDICTION_SHAPE', message);
  }
  return Float64Array.from(list, (value, i) => numberAt(`${place}[${i}]`, value));
}

/** JSON has no NaN: programs write null, or a bare NaN that the reader turned into null. */
export function numberAt(place: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === null || typeof value === 'number') {
    throw new DrivesweepError('PREDICTION_NOT_FINITE', `${place} is ${value ?? 'null or NaN'}`);
  }
  throw invalid(place, 'a number', value);
}

export function placeOf({ place }: Fields, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

export function invalid(place: string, expected: string, found: unknown): DrivesweepError {
  const text = found === undefined ? 'nothing' : JSON.stringify(found);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new DrivesweepError(
    'PREDICTION_INVALID',
    `${place}: expected ${expected}, found ${short}`,
  );
}
