/**
 * What is known about a media before decoding it. A frame's index is its place in presentation order among the
 * frames that are presented (an edit list may hide some), whatever the order in the file and the first time.
 */
export interface MediaIndex {
  readonly width: number;
  readonly height: number;
  /** Presentation time of each frame, strictly increasing, microseconds on the media's own clock. */
  readonly ptsUs: Float64Array;
  /** Indices of frames that the file calls key frames, ascending. */
  readonly keyFrameIndices: readonly number[];
  /** True when the file ends before its own table of contents does: the frames after `ptsUs` are not known. */
  readonly truncated: boolean;
}

interface Packet {
  readonly pts: bigint;
  readonly dts: bigint;
  readonly key: boolean;
  readonly hidden: boolean;
}

/**
 * Reads the answer of `ffprobe -of compact -show_entries packet=pts,dts,flags:stream=...` for one video stream:
 * lines `packet|pts=512|dts=0|flags=K_` in file order, then `stream|codec_name=h264|width=...`.
 * Throws an Error that says what is wrong with the media.
 */
export function parseMediaIndex(report: string): MediaIndex {
  const packets: Packet[] = [];
  let stream: ReadonlyMap<string, string> | undefined;
  for (const line of report.split('\n')) {
    if (line.startsWith('packet|')) packets.push(packetOf(fieldsOf(line)));
    else if (line.startsWith('stream|')) stream = fieldsOf(line);
  }
  if (!stream) throw new Error('it holds no video stream');
  const declared = Number(stream.get('nb_frames'));
  const truncated = declared > packets.length;
  const lastDts = packets.at(-1)?.dts ?? 0n;
  const presented = packets
    .filter((packet) => !packet.hidden)
    // A missing packet has a later dts than the last one read, and its pts is no earlier than its dts: up to here
    // no unknown frame can lie between two known ones.
    .filter((packet) => !truncated || packet.pts <= lastDts)
    .sort((a, b) => (a.pts < b.pts ? -1 : a.pts > b.pts ? 1 : 0));
  const timeBase = timeBaseOf(stream.get('time_base') ?? '');
  const ptsUs = Float64Array.from(presented, (packet) => toMicroseconds(packet.pts, timeBase));
  const twin = ptsUs.findIndex((t, i) => i > 0 && t <= (ptsUs[i - 1] ?? 0));
  if (twin > 0) throw new Error(`two frames have the same time, ${ptsUs[twin] ?? NaN} us`);
  return {
    width: Number(stream.get('width')),
    height: Number(stream.get('height')),
    ptsUs,
    keyFrameIndices: presented.flatMap((packet, i) => (packet.key ? [i] : [])),
    truncated,
  };
}

function fieldsOf(line: string): Map<string, string> {
  return new Map(
    line
      .trim()
      .split('|')
      .slice(1)
      .map((field): [string, string] => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals), field.slice(equals + 1)];
      }),
  );
}

function packetOf(fields: ReadonlyMap<string, string>): Packet {
  const flags = fields.get('flags') ?? '';
  const pts = wholeNumber(fields.get('pts'));
  if (pts === undefined) throw new Error('a frame has no time');
  return {
    pts,
    dts: wholeNumber(fields.get('dts')) ?? pts,
    key: flags.includes('K'),
    hidden: flags.includes('D'),
  };
}

function wholeNumber(text: string | undefined): bigint | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

function timeBaseOf(text: string): { numerator: bigint; denominator: bigint } {
  const match = /^(\d+)\/([1-9]\d*)$/.exec(text);
  if (!match) throw new Error(`its time base is "${text}"`);
  return { numerator: BigInt(match[1] ?? '0'), denominator: BigInt(match[2] ?? '1') };
}

/** As ffmpeg's `settb` rounds: to the nearest, halves away from zero. */
function toMicroseconds(
  ticks: bigint,
  { numerator, denominator }: { numerator: bigint; denominator: bigint },
): number {
  const scaled = ticks * numerator * 1_000_000n;
  const magnitude = scaled < 0n ? -scaled : scaled;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return Number(scaled < 0n ? -rounded : rounded);
}
