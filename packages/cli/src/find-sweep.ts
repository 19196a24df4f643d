import { DrivesweepError, keys, SWEEP_ID, sweepSpecSchema } from '@drivesweep/contracts';
import type { ObjectStore } from '@drivesweep/contracts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { jsonOf } from './json-text.ts';

export interface NamedSweep {
  readonly sweepId: string;
  readonly name: string;
}

/**
 * The one sweep that a person means by its id, the start of its id, or its name.
 * @throws SWEEP_NOT_FOUND when there is none; USAGE with the candidates when there are several.
 */
export function findSweep(wanted: string, sweeps: readonly NamedSweep[]): string {
  const exact = sweeps.filter(({ sweepId }) => sweepId === wanted);
  const found =
    exact.length > 0
      ? exact
      : sweeps.filter(({ sweepId, name }) => name === wanted || sweepId.startsWith(wanted));
  const [only, another] = found;
  if (only === undefined) {
    throw new DrivesweepError('SWEEP_NOT_FOUND', `there is no sweep ${wanted} here`, {
      hint: 'drivesweep list shows those of a coordinator; --store names another store',
    });
  }
  if (another !== undefined) {
    const candidates = found.map(({ sweepId, name }) => `  ${sweepId}  ${name}`);
    throw new DrivesweepError(
      'USAGE',
      `${wanted} means ${found.length} sweeps:\n${candidates.join('\n')}`,
      { hint: 'name one of them by its id' },
    );
  }
  return only.sweepId;
}

/** The same among the sweeps of a store. An exact id costs one look; anything else a listing of the store. */
export async function findStoredSweep(wanted: string, store: ObjectStore): Promise<string> {
  if (SWEEP_ID.test(wanted) && (await store.head(keys.spec(wanted)))) return wanted;
  return findSweep(wanted, await storedSweeps(store));
}

/** The same among the sweeps of a coordinator. */
export async function findRemoteSweep(
  client: Pick<CoordinatorClient, 'list'>,
  wanted: string,
): Promise<string> {
  return SWEEP_ID.test(wanted) ? wanted : findSweep(wanted, await client.list());
}

async function storedSweeps(store: ObjectStore): Promise<NamedSweep[]> {
  const sweeps: NamedSweep[] = [];
  const prefix = keys.sweepIndex();
  for await (const { key } of store.list(prefix)) {
    const sweepId = key.slice(prefix.length);
    const specKey = keys.spec(sweepId);
    if (!(await store.head(specKey))) continue;
    const spec = sweepSpecSchema.safeParse(jsonOf(await store.get(specKey)));
    if (spec.success) sweeps.push({ sweepId, name: spec.data.name });
  }
  return sweeps;
}
