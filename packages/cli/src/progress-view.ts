import type { SweepStatus } from '@drivesweep/contracts';
import type { Console } from './console.ts';
import { progressBar, progressLine } from './progress.ts';

const LOG_EVERY_MS = 5000;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how sweeps get on: one line drawn over on a terminal, plain lines every few seconds in a log. */
export interface ProgressView {
  readonly show: (statuses: readonly SweepStatus[]) => void;
  /** A message in between that is not drawn over. */
  readonly say: (text: string) => void;
  /** Leaves the terminal clean. */
  readonly end: () => void;
}

export function createProgressView(console: Console, nowMs: () => number): ProgressView {
  return console.interactive ? drawnView(console) : loggedView(console, nowMs);
}

/** On one line stands the sweep that is at work; the others are behind it in the count. */
function drawnView(console: Console): ProgressView {
  let drawn = '';
  const draw = (line: string) => {
    if (line === drawn) return;
    console.draw(`${CLEAR_LINE}${line}`);
    drawn = line;
  };
  return {
    show(statuses) {
      const shown = statuses.find((status) => !isSettled(status)) ?? statuses.at(-1);
      if (!shown) return;
      const prefix =
        statuses.length < 2
          ? ''
          : `${statuses.filter(isSettled).length}/${statuses.length} sweeps  `;
      draw(`${prefix}${progressBar(shown, console.width - prefix.length)}`);
    },
    say(text) {
      console.draw(CLEAR_LINE);
      console.say(text);
      const line = drawn;
      drawn = '';
      draw(line);
    },
    end() {
      if (drawn !== '') console.draw(CLEAR_LINE);
      drawn = '';
    },
  };
}

/** A line per sweep when its state changes and every few seconds in between. */
function loggedView(console: Console, nowMs: () => number): ProgressView {
  const said = new Map<string, { readonly state: string; readonly atMs: number }>();
  return {
    show(statuses) {
      for (const status of statuses) {
        const last = said.get(status.sweepId);
        const due = last === undefined || nowMs() - last.atMs >= LOG_EVERY_MS;
        if (last?.state === status.state && (!due || isSettled(status))) continue;
        console.say(progressLine(status));
        said.set(status.sweepId, { state: status.state, atMs: nowMs() });
      }
    },
    say: (text) => console.say(text),
    end: () => undefined,
  };
}

/** States that a sweep leaves only when a person asks. */
export function isSettled(status: SweepStatus): boolean {
  return (
    status.state === 'complete' ||
    status.state === 'partial' ||
    status.state === 'cancelled' ||
    status.state === 'refused'
  );
}
