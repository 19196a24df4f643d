import { ScoringError } from '../errors.ts';
import type { Absence, WindowCounts } from './comparison.ts';

export type Side = 'a' | 'b';

/** What one sweep says about one expected window. */
export interface SideOfWindow {
  readonly windowId: string;
  readonly driveId: string;
  readonly status: 'ok' | 'error' | 'skipped' | 'missing';
  /** Empty where nothing is known, as for missing windows. */
  readonly facts: Readonly<Record<string, string>>;
  /** One value per metric when ok; NaN or null where the metric does not apply. Not looked at otherwise. */
  readonly values: ArrayLike<number | null>;
}

/** Windows that only one of the two sweeps expects. */
export interface Unshared {
  readonly windows: number;
  /** The first few by id. */
  readonly examples: readonly string[];
}

const STATUSES = ['absent', 'ok', 'error', 'skipped', 'missing'] as const;
const SIDES = ['a', 'b'] as const;
const FIRST_CAPACITY = 1024;
const EXAMPLES = 3;

/**
 * The scores of two sweeps side by side, one row per window, in typed arrays: 16 bytes per window and metric. Windows
 * may come in any order and from both sweeps in turn; rows are numbered as they come, so nothing that is said to a
 * person may depend on a row's number.
 */
export class PairedScores {
  readonly #metrics: number;
  readonly #rowOf = new Map<string, number>();
  readonly #windowIds: string[] = [];
  readonly #driveIds: string[] = [];
  readonly #sides: Readonly<Record<Side, Columns>>;
  readonly #facts = new FactSets();

  /** @param metrics how many values an ok window has */
  constructor(metrics: number) {
    this.#metrics = metrics;
    this.#sides = { a: new Columns(metrics), b: new Columns(metrics) };
  }

  /** @throws ScoringError SCORING_SHAPE for a window that comes twice on one side, or not one value per metric */
  add(side: Side, window: SideOfWindow): void {
    const { windowId, driveId, status, values } = window;
    if (status === 'ok' && values.length !== this.#metrics) {
      throw new ScoringError(
        'SCORING_SHAPE',
        `window ${windowId}: expected ${this.#metrics} values, got ${values.length}`,
      );
    }
    const row = this.#rowOf.get(windowId) ?? this.#newRow(windowId, driveId);
    const columns = this.#sides[side];
    if (columns.status(row) !== 'absent') {
      throw new ScoringError('SCORING_SHAPE', `window ${windowId} comes twice`);
    }
    columns.set(row, status, this.#facts.indexOf(window.facts), status === 'ok' ? values : null);
  }

  get windows(): number {
    return this.#windowIds.length;
  }

  windowId(row: number): string {
    return this.#windowIds[row] ?? '';
  }

  driveId(row: number): string {
    return this.#driveIds[row] ?? '';
  }

  /** NaN where there is none. */
  value(side: Side, row: number, metric: number): number {
    return this.#sides[side].value(row, metric);
  }

  /** What both sweeps say about the window alike: facts are about the recording, which is the same. */
  facts(row: number): Readonly<Record<string, string>> {
    const [a, b] = [this.#sides.a.facts(row), this.#sides.b.facts(row)];
    if (a === b) return this.#facts.at(a);
    const ofB = this.#facts.at(b);
    const shared = Object.entries(this.#facts.at(a)).filter(([fact, value]) => ofB[fact] === value);
    return Object.fromEntries(shared);
  }

  /** Why a window has no value of a metric; null when it has one. */
  absence(side: Side, row: number, metric: number): Absence | null {
    switch (this.#sides[side].status(row)) {
      case 'ok':
        return Number.isNaN(this.value(side, row, metric)) ? 'undefined' : null;
      case 'error':
        return 'failed';
      case 'skipped':
        return 'skipped';
      case 'absent':
      case 'missing':
        return 'missing';
    }
  }

  counts(side: Side): WindowCounts {
    const counts = { ok: 0, error: 0, skipped: 0, missing: 0 };
    for (let row = 0; row < this.windows; row++) {
      const status = this.#sides[side].status(row);
      if (status !== 'absent') counts[status]++;
    }
    return counts;
  }

  /** Windows that this side expects and the other does not. Two sweeps can be compared only where there are none. */
  unshared(side: Side): Unshared {
    const [other] = SIDES.filter((one) => one !== side);
    const only: string[] = [];
    for (let row = 0; row < this.windows; row++) {
      if (other !== undefined && this.#sides[other].status(row) === 'absent') {
        only.push(this.windowId(row));
      }
    }
    return { windows: only.length, examples: only.sort().slice(0, EXAMPLES) };
  }

  #newRow(windowId: string, driveId: string): number {
    const row = this.#windowIds.length;
    this.#rowOf.set(windowId, row);
    this.#windowIds.push(windowId);
    this.#driveIds.push(driveId);
    for (const side of SIDES) this.#sides[side].reserve(row + 1);
    return row;
  }
}

/** One sweep's side: status, facts and values by row. */
class Columns {
  readonly #metrics: number;
  #statuses = new Uint8Array(FIRST_CAPACITY);
  #facts = new Uint32Array(FIRST_CAPACITY);
  #values: Float64Array;

  constructor(metrics: number) {
    this.#metrics = metrics;
    this.#values = new Float64Array(FIRST_CAPACITY * metrics);
  }

  reserve(rows: number): void {
    if (rows <= this.#statuses.length) return;
    const capacity = 2 * this.#statuses.length;
    const [statuses, facts, values] = [this.#statuses, this.#facts, this.#values];
    this.#statuses = new Uint8Array(capacity);
    this.#statuses.set(statuses);
    this.#facts = new Uint32Array(capacity);
    this.#facts.set(facts);
    this.#values = new Float64Array(capacity * this.#metrics);
    this.#values.set(values);
  }

  set(
    row: number,
    status: SideOfWindow['status'],
    facts: number,
    values: ArrayLike<number | null> | null,
  ): void {
    this.#statuses[row] = STATUSES.indexOf(status);
    this.#facts[row] = facts;
    for (let metric = 0; metric < this.#metrics; metric++) {
      this.#values[row * this.#metrics + metric] = values?.[metric] ?? NaN;
    }
  }

  status(row: number): (typeof STATUSES)[number] {
    return STATUSES[this.#statuses[row] ?? 0] ?? 'absent';
  }

  facts(row: number): number {
    return this.#facts[row] ?? 0;
  }

  value(row: number, metric: number): number {
    return this.#values[row * this.#metrics + metric] ?? NaN;
  }
}

/** Sets of facts, each once: most windows of a drive share theirs. */
class FactSets {
  readonly #sets: Readonly<Record<string, string>>[] = [];
  readonly #indexOf = new Map<string, number>();

  indexOf(facts: Readonly<Record<string, string>>): number {
    const key = JSON.stringify(Object.entries(facts).sort(([f], [g]) => (f < g ? -1 : 1)));
    const known = this.#indexOf.get(key);
    if (known !== undefined) return known;
    this.#indexOf.set(key, this.#sets.length);
    this.#sets.push({ ...facts });
    return this.#sets.length - 1;
  }

  at(index: number): Readonly<Record<string, string>> {
    return this.#sets[index] ?? {};
  }
}
