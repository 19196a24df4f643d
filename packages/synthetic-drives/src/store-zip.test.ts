import { describe, expect, it } from 'vitest';
import { crc32, storeZip } from './store-zip.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

it('crc32 of the standard check string', () => {
  expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

describe('storeZip', () => {
  const members = [
    { name: 'a.txt', bytes: bytesOf('hello') },
    { name: 'dir/b.bin', bytes: Uint8Array.of(0, 1, 2, 255) },
    { name: 'empty', bytes: new Uint8Array() },
  ];

  it('writes members where the central directory says, stored and with their CRC', () => {
    const zip = storeZip(members);
    const view = new DataView(zip.buffer);
    const end = zip.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint16(end + 10, true)).toBe(3);
    let at = view.getUint32(end + 16, true);
    for (const { name, bytes } of members) {
      expect(view.getUint32(at, true)).toBe(0x02014b50);
      expect(view.getUint16(at + 10, true)).toBe(0);
      expect(view.getUint32(at + 16, true)).toBe(crc32(bytes));
      expect([view.getUint32(at + 20, true), view.getUint32(at + 24, true)]).toEqual([
        bytes.length,
        bytes.length,
      ]);
      const local = view.getUint32(at + 42, true);
      const start =
        local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      expect(zip.slice(start, start + bytes.length)).toEqual(bytes);
      expect(new TextDecoder().decode(zip.slice(at + 46, at + 46 + name.length))).toBe(name);
      at += 46 + name.length;
    }
    expect(at).toBe(end);
  });

  it('is a function of its members', () => {
    expect(storeZip(members)).toEqual(storeZip(members));
  });
});
