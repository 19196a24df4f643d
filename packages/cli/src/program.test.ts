import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import type { ExitCode } from './exit-code.ts';
import { createProgram } from './program.ts';

async function type(...words: string[]) {
  const results: string[] = [];
  const said: string[] = [];
  let code: ExitCode | undefined;
  const program = createProgram({
    console: {
      result: (text) => results.push(text),
      say: (text) => said.push(text),
      draw: () => undefined,
      interactive: false,
      width: 80,
    },
    env: {},
    end: (ended) => (code = ended),
  });
  const thrown: unknown = await program
    .parseAsync(['node', 'drivesweep', ...words])
    .catch((error: unknown) => error);
  const error = thrown instanceof Error ? thrown : undefined;
  return { results, said, code, error };
}

const COMMANDS = [
  ['run'],
  ['up'],
  ['submit'],
  ['list'],
  ['status'],
  ['cancel'],
  ['resume'],
  ['watch'],
  ['report'],
  ['score'],
  ['compare'],
  ['export', 'teacher'],
  ['drives'],
  ['drives', 'generate'],
  ['drives', 'list'],
  ['drives', 'inspect'],
  ['policy'],
  ['policy', 'inspect'],
  ['policy', 'verify'],
];

describe('help', () => {
  it.each(COMMANDS)('of %s %s is a result with an example', async (...command) => {
    const { results, error } = await type(...command.filter(Boolean), '--help');
    expect(error).toMatchObject({ exitCode: 0 });
    expect(results.join('\n')).toMatch(/Examples?:/);
    expect(results.join('\n')).toContain(`drivesweep ${command.join(' ').trim()}`);
  });
});

describe('what is typed wrongly', () => {
  it.each([
    ['an unknown command', ['rnu'], /unknown command 'rnu'\n\(Did you mean run\?\)/],
    ['an unknown option', ['list', '--jsno'], /unknown option '--jsno'\n\(Did you mean --json\?\)/],
    ['a missing argument', ['run'], /missing required argument/],
    [
      'a layout that is not known',
      ['drives', 'list', '--layout', 'x', '--uri', 'y'],
      /'x' is inval/,
    ],
  ])('%s', async (_what, words, expected) => {
    const { error, results } = await type(...words);
    expect(error).toBeInstanceOf(CommanderError);
    expect(error?.message).toMatch(expected);
    expect(results).toEqual([]);
  });

  it.each([
    ['--workers', ['up', '--workers', 'many'], '--workers: expected a whole number from 1 to 256'],
    ['--port', ['up', '--port', '70000'], '--port: expected a whole number from 0 to 65535'],
    ['--api', ['list', '--api', 'localhost'], '--api: expected http://host:port'],
    ['--store', ['up', '--store', 'ftp://x'], 'unknown scheme "ftp"'],
  ])('a wrong %s is named', async (_option, words, expected) => {
    expect((await type(...words)).error?.message).toContain(expected);
  });
});

describe('policy', () => {
  it('inspects a built-in policy', async () => {
    const { results, code } = await type(
      'policy',
      'inspect',
      'kinematic:constant-velocity',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(results.join())).toMatchObject({ kind: 'kinematic', version: '2' });
  });

  it('has nothing to complain about in a built-in policy', async () => {
    const { results, code } = await type('policy', 'verify', 'kinematic:constant-turn-rate');
    expect(code).toBe(0);
    expect(results[0]).toContain('can be used');
  });

  it('says so when there is no such policy', async () => {
    const { error } = await type('policy', 'verify', 'kinematic:teleport');
    expect(error).toMatchObject({ code: 'POLICY_NOT_FOUND' });
  });
});
