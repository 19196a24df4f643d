import type { ObjectStat } from '@drivesweep/contracts';

/**
 * Names in comma2k19. A drive is one segment (a minute) of a route; it lies at `<route>/<segment>/` anywhere below the
 * root. A route is called `<dongle>|<start>`; copies for file systems and zips that refuse a bar write `_`.
 * Our id of a drive is `<dongle>_<start>--<segment>`, which is safe in file names and the same for both spellings.
 */
export interface CommaSegment {
  readonly driveId: string;
  readonly dongle: string;
  /** Day of the route's start, as its name says it: `2018-08-02`. */
  readonly date: string;
  /** Size of each of the segment's files by its path below the segment. */
  readonly files: ReadonlyMap<string, ObjectStat>;
}

const ROUTE = '([0-9a-f]{16})[|_]((\\d{4}-\\d{2}-\\d{2})--\\d{2}-\\d{2}-\\d{2})';
const DRIVE_ID = new RegExp(`^${ROUTE}(?:--|/)(\\d+)$`);
const FILE_KEY = new RegExp(`^((?:.*/)?)${ROUTE}/(\\d+)/(.+)$`);

/** Our id for any spelling of it (`dongle|start/40`, `dongle_start/40`, `dongle_start--40`); others as they are. */
export function canonicalCommaId(id: string): string {
  const [, dongle, start, , segment] = DRIVE_ID.exec(id) ?? [];
  return dongle && start && segment ? `${dongle}_${start}--${segment}` : id;
}

/**
 * Sorts the objects of a dataset into segments, by id. Where a segment is there twice (the dataset's example is also
 * part of a chunk), the folder that comes first in the listing counts.
 */
export function findSegments(objects: Iterable<ObjectStat>): Map<string, CommaSegment> {
  const found = new Map<string, { segment: CommaSegment; folder: string; files: FileMap }>();
  for (const object of objects) {
    const [, above, dongle, start, date, number, path] = FILE_KEY.exec(object.key) ?? [];
    if (above === undefined || !dongle || !start || !date || !number || !path) continue;
    const driveId = `${dongle}_${start}--${number}`;
    const folder = object.key.slice(0, -path.length);
    const known = found.get(driveId);
    if (known?.folder === folder) known.files.set(path, object);
    if (known) continue;
    const files: FileMap = new Map([[path, object]]);
    found.set(driveId, { segment: { driveId, dongle, date, files }, folder, files });
  }
  const segments = [...found.values()].map(({ segment }) => segment);
  segments.sort((a, b) => (a.driveId < b.driveId ? -1 : 1));
  return new Map(segments.map((segment) => [segment.driveId, segment]));
}

type FileMap = Map<string, ObjectStat>;
