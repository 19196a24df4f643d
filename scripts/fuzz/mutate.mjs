// Ways to break a file. Each takes bytes and gives other bytes; nothing here knows a format.

/** Where arithmetic goes wrong: ends of ranges, and sizes that nobody has. */
const NUMBERS = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0x80000000n];
const LARGE = [
  ...NUMBERS,
  0xffffffffn,
  0x1fffffffffffffn,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
];
/** What people and programs write where a value should be. */
const VALUES = [
  'null',
  '-1',
  '1e999',
  '-0',
  '1e-400',
  '9007199254740993',
  '"x"',
  '[]',
  '{}',
  'true',
  'NaN',
];
const HOSTILE = [
  '../../etc/passwd',
  '/etc/passwd',
  's3://',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  'a'.repeat(5000),
  '['.repeat(5000),
  '{"a":'.repeat(2000),
];

const BYTES = {
  flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] ^= 1 << random.below(8);
    return bytes;
  },
  setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    return bytes;
  },
  setNumber(bytes, random) {
    const width = random.pick([2, 4, 8]);
    if (bytes.length < width) return bytes;
    const at = random.below(bytes.length - width + 1);
    const value = BigInt.asUintN(8 * width, random.pick(LARGE));
    for (let i = 0; i < width; i++) bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
    return bytes;
  },
  truncate: (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  behead: (bytes, random) => bytes.subarray(random.below(Math.min(64, bytes.length))),
  remove(bytes, random) {
    const [from, length] = spanOf(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
  },
  repeat(bytes, random) {
    const [from, length] = spanOf(bytes, random);
    return Buffer.concat([bytes.subarray(0, from + length), bytes.subarray(from)]);
  },
  move(bytes, random) {
    const [from, length] = spanOf(bytes, random);
    const copy = Uint8Array.prototype.slice.call(bytes, from, from + length);
    bytes.set(copy, random.below(bytes.length - length + 1));
    return bytes;
  },
  zero(bytes, random) {
    const [from, length] = spanOf(bytes, random);
    return bytes.fill(random.pick([0, 0xff]), from, from + length);
  },
};

const TEXT = {
  value(bytes, random) {
    return replaceOne(bytes, random, /-?\d+(\.\d+)?|"[^"]*"|\b(true|false|null)\b/g, () =>
      random.pick(VALUES),
    );
  },
  hostile(bytes, random) {
    const quoted = () => `"${random.pick(HOSTILE)}"`;
    return replaceOne(bytes, random, /"[^"]*"/g, quoted);
  },
  word(bytes, random) {
    return replaceOne(bytes, random, /[A-Za-z_][\w.-]*/g, () => random.pick(HOSTILE));
  },
  number(bytes, random) {
    return replaceOne(bytes, random, /\d+/g, () => String(random.pick(LARGE)));
  },
  line(bytes, random) {
    const lines = bytes.toString().split('\n');
    const [line] = lines.splice(random.below(lines.length), 1);
    if (random.below(2) === 0) lines.splice(random.below(lines.length + 1), 0, line, line);
    return Buffer.from(lines.join('\n'));
  },
  alias(bytes, random) {
    // A document that is small and would be huge when every reference in it is followed.
    const levels = Array.from({ length: 2 + random.below(12) }, (_, i) =>
      i === 0 ? 'a0: &a0 [x, x, x, x, x]' : `a${i}: &a${i} [${`*a${i - 1},`.repeat(9)} x]`,
    );
    return Buffer.from(`${levels.join('\n')}\n${bytes.toString()}`);
  },
};

/** A copy of `seed` with one to four changes; `text` adds those that know about words and numbers. */
export function mutate(seed, random, text) {
  const ways = Object.values(text ? { ...BYTES, ...TEXT } : BYTES);
  let bytes = Buffer.from(seed);
  for (let left = 1 + random.below(4); left > 0; left--) {
    if (bytes.length > 0) bytes = Buffer.from(random.pick(ways)(bytes, random));
  }
  return bytes;
}

function spanOf(bytes, random) {
  const from = random.below(bytes.length);
  return [from, 1 + random.below(Math.min(bytes.length - from, random.pick([4, 64, 4096])))];
}

function replaceOne(bytes, random, pattern, make) {
  const text = bytes.toString('latin1');
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return bytes;
  const { index, 0: old } = random.pick(found);
  const next = Buffer.from(make()).toString('latin1');
  return Buffer.from(text.slice(0, index) + next + text.slice(index + old.length), 'latin1');
}
