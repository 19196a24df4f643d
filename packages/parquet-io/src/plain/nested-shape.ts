import type { LevelRuns } from './level-runs.ts';
import { NotPlain } from './not-plain.ts';

/** From which definition level on a list is there, and from which it has a member. */
export interface ListLevels {
  readonly present: number;
  readonly member: number;
}

/** The levels of a leaf: of the lists around it, from the outermost, and from which it is not null. */
export interface LeafLevels {
  readonly lists: readonly ListLevels[];
  readonly present: number;
}

/** Whether leaves with the same levels lie in the same way. */
export function sameLevels(a: LeafLevels, b: LeafLevels): boolean {
  if (a.present !== b.present || a.lists.length !== b.lists.length) return false;
  for (const [depth, { present, member }] of a.lists.entries()) {
    const other = b.lists[depth];
    if (present !== other?.present || member !== other.member) return false;
  }
  return true;
}

/** Lists of one depth end to end, or values: one validity bit per element, and none where nothing is null. */
interface Nullable {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
}

/** List i is [offsets[i], offsets[i + 1]) of what is below it. */
interface ListShape extends Nullable {
  readonly offsets: Int32Array;
}

/** How the values of a leaf lie in its rows. */
export interface Shape {
  readonly rows: number;
  /** Of the lists around it, from the outermost. */
  readonly lists: readonly ListShape[];
  readonly leaf: Nullable;
  /** Where values are missing, in ascending order. */
  readonly nulls: readonly number[];
}

interface OpenLists {
  readonly starts: number[];
  readonly nulls: number[];
  members: number;
}

/** Puts rows together again from their repetition and definition levels (Dremel, as Parquet explains it). */
export class ShapeBuilder {
  readonly #levels: LeafLevels;
  readonly #lists: OpenLists[];
  readonly #nulls: number[] = [];
  #rows = 0;
  #slots = 0;

  constructor(levels: LeafLevels) {
    this.#levels = levels;
    this.#lists = levels.lists.map(() => ({ starts: [], nulls: [], members: 0 }));
  }

  /** Takes `entries` more levels of both; gives the number of values that they stand for. Throws NotPlain. */
  add(repetition: LevelRuns, definition: LevelRuns, entries: number): number {
    const deepest = this.#levels.lists.length;
    const innermost = this.#lists[deepest - 1];
    const { present } = this.#levels;
    const before = this.#slots - this.#nulls.length;
    for (let left = entries; left > 0;) {
      repetition.advance();
      definition.advance();
      const run = Math.min(repetition.left, definition.left, left);
      repetition.left -= run;
      definition.left -= run;
      left -= run;
      if (repetition.value === deepest && definition.value === present) {
        // More of the same list, or more rows: nearly all of a file.
        if (innermost === undefined) this.#rows += run;
        else innermost.members += run;
        this.#slots += run;
      } else {
        for (let i = 0; i < run; i++) this.#addOne(repetition.value, definition.value);
      }
    }
    return this.#slots - this.#nulls.length - before;
  }

  #addOne(repetition: number, definition: number): void {
    const { lists, present } = this.#levels;
    if (repetition > lists.length || definition > present) throw new NotPlain('a level too high');
    if (repetition === 0) this.#rows += 1;
    for (let depth = Math.max(0, repetition - 1); depth < lists.length; depth++) {
      const levels = lists[depth];
      const open = this.#lists[depth];
      if (levels === undefined || open === undefined) break;
      if (depth >= repetition) {
        if (definition < levels.present) open.nulls.push(open.starts.length);
        open.starts.push(open.members);
      }
      if (definition < levels.member) {
        if (depth < repetition) throw new NotPlain('levels that do not fit each other');
        return;
      }
      open.members += 1;
    }
    if (definition < present) this.#nulls.push(this.#slots);
    this.#slots += 1;
  }

  /** Throws NotPlain when the first entry did not begin a row. */
  finish(): Shape {
    let parents = this.#rows;
    const lists: ListShape[] = [];
    for (const { starts, nulls, members } of this.#lists) {
      const length = starts.length;
      starts.push(members);
      if (length !== parents || starts[0] !== 0) throw new NotPlain('a row cut off');
      parents = members;
      lists.push({ ...nullable(length, nulls), offsets: new Int32Array(starts) });
    }
    const leaf = nullable(this.#slots, this.#nulls);
    return { rows: this.#rows, lists, leaf, nulls: this.#nulls };
  }
}

function nullable(length: number, nulls: readonly number[]): Nullable {
  if (nulls.length === 0) return { length, nullCount: 0 };
  const nullBitmap = new Uint8Array(Math.ceil(length / 8)).fill(255);
  for (const i of nulls) nullBitmap[i >> 3] = (nullBitmap[i >> 3] ?? 0) & ~(1 << (i & 7));
  return { length, nullCount: nulls.length, nullBitmap };
}
