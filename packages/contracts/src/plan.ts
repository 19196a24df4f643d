import { z } from 'zod';
import { canonicalJson, sha256Hex } from './hashing.ts';

/** Shards per plan chunk: a chunk is one object, read as a whole. */
export const SHARDS_PER_CHUNK = 1000;
/** Windows per shard at most: 30 to 120 s of a GPU. */
export const WINDOWS_PER_SHARD = 128;

/**
 * The windows that one job computes, all of one drive, ascending in time.
 * A drive whose times cannot be known (for example because its egomotion cannot be read) is planned as one window
 * without a t0, so that it is expected, becomes one error row, and does not disappear.
 */
export const shardSchema = z.strictObject({
  /** Position in the plan, from 0. */
  index: z.int().nonnegative(),
  shardId: z.string().length(16),
  driveId: z.string(),
  t0Us: z.array(z.int().nullable()).min(1),
  /**
   * One entry per t0: the text that the window is told where to go, null for the sweep's own text, if it has one.
   * Absent when no window has a text of its own.
   */
  navigation: z.array(z.string().nullable()).optional(),
  /** Set when the drive must not be computed: each window becomes a row with this status and code. */
  verdict: z
    .strictObject({ status: z.enum(['error', 'skipped']), code: z.string(), message: z.string() })
    .nullable(),
});
export type Shard = z.output<typeof shardSchema>;

export const planIndexSchema = z.strictObject({
  schema: z.literal('plan/1'),
  sweepId: z.string(),
  drives: z.int(),
  /** Drives that are too short for a single window of the grid: not in any shard, but counted. */
  drivesWithoutWindows: z.int().optional(),
  shards: z.int(),
  windows: z.int(),
  chunks: z.array(
    z.strictObject({
      key: z.string(),
      sha256: z.string(),
      firstShard: z.int(),
      shards: z.int(),
      windows: z.int(),
    }),
  ),
});
export type PlanIndex = z.output<typeof planIndexSchema>;

/** Which t0 a drive is asked at, before it is cut into shards. */
export interface DriveWindows {
  readonly driveId: string;
  readonly t0Us: readonly (number | null)[];
  readonly verdict: Shard['verdict'];
  /** t0 -> where to go, for the windows that have a text of their own. */
  readonly navigation?: ReadonlyMap<number, string> | undefined;
}

/** A window's id: unique in a sweep, the same in every sweep over the same drive. */
export function windowIdOf(driveId: string, t0Us: number | null): string {
  return `${driveId}@${t0Us ?? 'none'}`;
}

/** A shard's id depends on its windows only. */
export function shardIdOf(driveId: string, t0Us: readonly (number | null)[]): string {
  return sha256Hex(canonicalJson({ driveId, t0Us })).slice(0, 16);
}

/**
 * The t0 of a drive on a regular grid: from the first with a whole history to the last with a whole future.
 * Empty when the drive is too short.
 */
export function gridT0Us(
  span: { readonly firstUs: number; readonly lastUs: number },
  rule: {
    readonly everyUs: number;
    readonly historySteps: number;
    readonly horizonSteps: number;
    readonly stepUs: number;
  },
): number[] {
  const first = Math.ceil(span.firstUs) + (rule.historySteps - 1) * rule.stepUs;
  const last = Math.floor(span.lastUs) - rule.horizonSteps * rule.stepUs;
  const t0Us: number[] = [];
  for (let t = first; t <= last; t += rule.everyUs) t0Us.push(t);
  return t0Us;
}

/** Cuts the windows of one drive into shards of at most `windowsPerShard`, sorted by time, each t0 once. */
export function shardsOfDrive(
  drive: DriveWindows,
  firstIndex: number,
  windowsPerShard: number = WINDOWS_PER_SHARD,
): Shard[] {
  const unique = [...new Set(drive.t0Us)].sort((a, b) => (a ?? -1) - (b ?? -1));
  const shards: Shard[] = [];
  for (let start = 0; start < unique.length; start += windowsPerShard) {
    const t0Us = unique.slice(start, start + windowsPerShard);
    shards.push({
      index: firstIndex + shards.length,
      shardId: shardIdOf(drive.driveId, t0Us),
      driveId: drive.driveId,
      t0Us,
      ...navigationOf(t0Us, drive.navigation),
      verdict: drive.verdict,
    });
  }
  return shards;
}

function navigationOf(
  t0Us: readonly (number | null)[],
  texts: DriveWindows['navigation'],
): Pick<Shard, 'navigation'> {
  const navigation = t0Us.map((t0) => (t0 === null ? null : (texts?.get(t0) ?? null)));
  return navigation.every((text) => text === null) ? {} : { navigation };
}

/** Plan chunks are JSON lines. */
export function encodePlanChunk(shards: readonly Shard[]): Uint8Array {
  return new TextEncoder().encode(shards.map((shard) => `${canonicalJson(shard)}\n`).join(''));
}

/** Throws a ZodError or SyntaxError when the chunk is not what encodePlanChunk wrote. */
export function decodePlanChunk(bytes: Uint8Array): Shard[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  return lines.filter((line) => line !== '').map((line) => shardSchema.parse(JSON.parse(line)));
}
