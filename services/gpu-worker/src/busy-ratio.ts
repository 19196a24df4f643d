import type { BusySeconds } from './protocol.ts';

/** Over how many seconds with work the ratio is taken. */
const SPAN_S = 30;

/** Turns the engine's running sums into what was added and into a ratio of the recent past. */
export class BusyRatio {
  #last: BusySeconds = { busy: 0, active: 0 };
  readonly #recent: BusySeconds[] = [];

  /** Takes the next reading; returns what came since the one before. A new engine starts again at zero. */
  add(reading: BusySeconds): BusySeconds {
    const restarted = reading.active < this.#last.active || reading.busy < this.#last.busy;
    const before = restarted ? { busy: 0, active: 0 } : this.#last;
    const added = { busy: reading.busy - before.busy, active: reading.active - before.active };
    this.#last = reading;
    if (added.active > 0) this.#recent.push(added);
    while (this.#recent.length > 1 && this.#sum('active') > SPAN_S) this.#recent.shift();
    return added;
  }

  /** 0 while there was no work. */
  get value(): number {
    const active = this.#sum('active');
    return active === 0 ? 0 : this.#sum('busy') / active;
  }

  #sum(field: keyof BusySeconds): number {
    return this.#recent.reduce((sum, reading) => sum + reading[field], 0);
  }
}
