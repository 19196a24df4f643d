import { describe, expect, it } from 'vitest';
import { float32ListColumn, int32Column, stringColumn } from '../arrow-data.ts';
import { NotPlain } from './not-plain.ts';
import { writeFile } from '../parquet-file.ts';
import { PHYSICAL, readFooter, REPETITION } from './parquet-footer.ts';
import { ThriftReader } from './thrift-compact.ts';

const file = writeFile(
  [
    int32Column('count', [1, 2, 3], false),
    stringColumn('trace', ['a', null, 'b'], true),
    float32ListColumn('x', [[1, 2], [], [3]], false),
  ],
  3,
  new Map([['written_by', 'a test']]),
);

describe('the footer of a file', () => {
  it('names the columns and what was said of them', () => {
    const { schema, metadata } = readFooter(file);
    const { root, leaves } = schema;
    expect(leaves).toBe(3);
    expect(root.children.map(({ name }) => name)).toEqual(['count', 'trace', 'x']);
    expect(root.children[1]).toMatchObject({
      physical: PHYSICAL.byteArray,
      repetition: REPETITION.optional,
    });
    expect(root.children[2]?.children[0]?.children[0]?.physical).toBe(PHYSICAL.float);
    expect(metadata.get('written_by')).toBe('a test');
  });

  it('says where the values of each leaf are', () => {
    const [group] = readFooter(file).groups;
    expect(group?.rows).toBe(3);
    // An empty list is an entry of its own.
    expect(group?.chunks.map(({ entries }) => entries)).toEqual([3, 3, 4]);
    let end = 4;
    for (const { offset, bytes } of group?.chunks ?? []) {
      expect(offset).toBe(end);
      end = offset + bytes;
    }
    expect(end).toBeLessThan(file.length);
  });

  it('has the same schema as that of the file before, as long as its bytes are the same', () => {
    const { schema } = readFooter(file);
    expect(readFooter(Buffer.from(file)).schema).toBe(schema);
    const renamed = Buffer.from(file);
    renamed.write('C', renamed.indexOf('count'));
    expect(readFooter(renamed).schema.root.children[0]?.name).toBe('Count');
  });

  it.each([
    ['cut off', file.subarray(0, -1)],
    ['too short', file.subarray(-7)],
    ['longer than its file', Uint8Array.of(255, 255, 255, 0, ...Buffer.from('PAR1'))],
    ['of nothing', Uint8Array.of(0, 0, 0, 0, ...Buffer.from('PAR1'))],
  ])('is refused when it is %s', (_, bytes) => {
    expect(() => readFooter(bytes)).toThrow(NotPlain);
  });
});

describe('the reader of Thrift', () => {
  const reader = (...bytes: number[]) => new ThriftReader(Uint8Array.from(bytes), 0);

  it('reads integers of either sign, and ids that are near or far', () => {
    // Field 1, an i32 of -2; field 300 by its own number (600 in zigzag), an i64 of 75.
    const thrift = reader(0x15, 3, 0x06, 0xd8, 0x04, 0x96, 0x01, 0);
    expect(thrift.field(0)).toBe(1);
    expect(thrift.integer()).toBe(-2);
    expect(thrift.field(1)).toBe(300);
    expect(thrift.integer()).toBe(75);
    expect(thrift.field(300)).toBe(0);
  });

  it('leaves out what nobody asks for, whatever is in it', () => {
    const struct = [0x11, 0x13, 7, 0x27, ...Array<number>(8).fill(9), 0x18, 2, 0x61, 0x62, 0];
    const list = [0x19, 0x2c, ...struct, ...struct];
    const truths = [0x19, 0x31, 1, 2, 1];
    const thrift = reader(...list, ...truths, 0x15, 84, 0);
    let id = thrift.field(0);
    thrift.skip();
    id = thrift.field(id);
    thrift.skip();
    expect(thrift.field(id)).toBe(3);
    expect(thrift.integer()).toBe(42);
  });

  it.each([
    ['ends early', [0x18, 200, 1, 0x61]],
    ['is of a type that Parquet does not use', [0x1b, 0]],
    ['is nested without end', Array<number>(100).fill(0x1c)],
    ['has no end', [0x15, ...Array<number>(20).fill(0xff)]],
  ])('refuses a value that %s', (_, bytes) => {
    const thrift = reader(...bytes);
    expect(() => {
      thrift.field(0);
      thrift.skip();
    }).toThrow(NotPlain);
  });
});
