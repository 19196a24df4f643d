import { describe, expect, it } from 'vitest';
import { buildStatus } from '@drivesweep/testkit';
import type { Console } from './console.ts';
import { createProgressView } from './progress-view.ts';

function fakeConsole(interactive: boolean) {
  const said: string[] = [];
  const console: Console = {
    result: (text) => said.push(`RESULT ${text}`),
    say: (text) => said.push(text),
    draw: (text) => said.push(text.replace('\r\u001b[2K', '<clear>')),
    interactive,
    width: 120,
  };
  return { console, said };
}

describe('in a log', () => {
  it('a line is written every five seconds and whenever the state changes', () => {
    const { console, said } = fakeConsole(false);
    let nowMs = 0;
    const view = createProgressView(console, () => nowMs);
    for (nowMs = 0; nowMs <= 6000; nowMs += 250) view.show([buildStatus()]);
    view.show([buildStatus({ state: 'sealing' })]);
    view.show([buildStatus({ state: 'complete' })]);
    nowMs += 60_000;
    view.show([buildStatus({ state: 'complete' })]);
    expect(said.map((line) => line.split(',')[0])).toEqual([
      'comma: running',
      'comma: running',
      'comma: sealing',
      'comma: complete',
    ]);
  });
});

describe('on a terminal', () => {
  it('one line is drawn over, and only when it changes', () => {
    const { console, said } = fakeConsole(true);
    const view = createProgressView(console, () => 0);
    view.show([buildStatus()]);
    view.show([buildStatus()]);
    view.show([buildStatus({ done: 300 })]);
    view.end();
    expect(said).toHaveLength(3);
    expect(said.every((text) => text.startsWith('<clear>') && !text.includes('\n'))).toBe(true);
    expect(said[2]).toBe('<clear>');
  });

  it('a message stays above the line', () => {
    const { console, said } = fakeConsole(true);
    const view = createProgressView(console, () => 0);
    view.show([buildStatus()]);
    view.say('gpu-worker-1 died');
    expect(said.slice(1)).toEqual(['<clear>', 'gpu-worker-1 died', said[0]]);
  });

  it('of several sweeps the one at work is shown, and how many are done', () => {
    const { console, said } = fakeConsole(true);
    const view = createProgressView(console, () => 0);
    view.show([buildStatus({ name: 'one', state: 'complete' }), buildStatus({ name: 'two' })]);
    expect(said[0]).toMatch(/^<clear>1\/2 sweeps {2}two /);
  });
});
