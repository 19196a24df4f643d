import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessOf, isAuthorized } from './access.ts';

const token = '0123456789abcdef-token';
const settings = { DRIVESWEEP_HTTP_HOST: '127.0.0.1', DRIVESWEEP_API_REQUESTS_PER_S: 50 };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'drivesweep-access-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function fileWith(text: string): string {
  const file = join(folder, 'token');
  writeFileSync(file, text);
  return file;
}

describe('accessOf', () => {
  it('takes the token from the environment or from a file, with a line end behind it', () => {
    expect(accessOf({ ...settings, DRIVESWEEP_API_TOKEN: token }).token).toBe(token);
    const file = fileWith(`${token}\n`);
    expect(accessOf({ ...settings, DRIVESWEEP_API_TOKEN_FILE: file }).token).toBe(token);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('needs none on %s', (host) => {
    expect(accessOf({ ...settings, DRIVESWEEP_HTTP_HOST: host }).token).toBeNull();
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org'])('needs one on %s', (host) => {
    expect(() => accessOf({ ...settings, DRIVESWEEP_HTTP_HOST: host })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it.each(['short', 'a token with spaces in it', ''])('refuses a file that holds %j', (text) => {
    const file = fileWith(text);
    const access = () => accessOf({ ...settings, DRIVESWEEP_API_TOKEN_FILE: file });
    expect(access).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    if (text !== '') expect(access).not.toThrow(new RegExp(text));
  });

  it('refuses a file that is not there, and two places at once', () => {
    const gone = join(folder, 'gone');
    expect(() => accessOf({ ...settings, DRIVESWEEP_API_TOKEN_FILE: gone })).toThrow(/gone/);
    const both = { DRIVESWEEP_API_TOKEN: token, DRIVESWEEP_API_TOKEN_FILE: gone };
    expect(() => accessOf({ ...settings, ...both })).toThrow(/both set/);
  });
});

describe('isAuthorized', () => {
  it.each([`Bearer ${token}`, `bearer ${token}`, `Bearer  ${token} `])('takes %j', (header) => {
    expect(isAuthorized(header, token)).toBe(true);
  });

  it.each([
    undefined,
    '',
    token,
    `Basic ${token}`,
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token} ${token}`,
  ])('refuses %j', (header) => {
    expect(isAuthorized(header, token)).toBe(false);
  });
});
