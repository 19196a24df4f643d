import { sha256Hex } from '@drivesweep/contracts';
import type { DatasetInfo, ObjectStore } from '@drivesweep/contracts';
import { FACT_TABLES, readFacts } from './drive-facts.ts';
import { CLIP_INDEX_KEY, readDriveIndex } from './drive-index.ts';
import { camerasOf, documentedFeatures, parseFeatureTable } from './feature-table.ts';
import type { FeatureTable } from './feature-table.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { FingerprintedObject } from './fingerprint.ts';
import { getIfThere } from './optional-object.ts';
import { PRESENCE_TABLES, readPresence } from './presence.ts';
import { lazy } from './promise-cache.ts';
import { REASONING_KEY } from './reasoning-events.ts';

const FEATURES_KEY = 'features.csv';
export const EGOMOTION_FEATURE = 'egomotion';
export const OBSTACLE_FEATURE = 'obstacle.offline';
export const VEHICLE_FEATURE = 'vehicle_dimensions';

/** The files at the root of a PhysicalAI-AV dataset that say what is where. Each is read once, when it is first wanted. */
export class PhysicalAiDataset {
  readonly store: ObjectStore;
  readonly index;
  readonly features;
  readonly facts;
  readonly presence;

  constructor(store: ObjectStore) {
    this.store = store;
    this.index = lazy(() => readDriveIndex(store));
    this.features = lazy(() => readFeatures(store));
    this.facts = lazy(() => readFacts(store));
    this.presence = lazy(async () => {
      const cameras = camerasOf(await this.features());
      return readPresence(store, [...cameras.map(({ name }) => name), OBSTACLE_FEATURE]);
    });
  }

  /** The fingerprint takes names and sizes of everything under the dataset's own folders, and what the index files hold. */
  async describe(): Promise<DatasetInfo> {
    const index = await this.index();
    const presence = await this.presence();
    return {
      layout: 'physicalai-av',
      detectedRevision: presence.revision,
      fingerprint: fingerprintOf(await this.#objects()),
      driveCount: index.size,
    };
  }

  async #objects(): Promise<FingerprintedObject[]> {
    const features = await this.features();
    const paths = [...features.values()].map(({ chunkPath }) => chunkPath);
    const folders = new Set(paths.map((path) => `${path.split('/')[0] ?? ''}/`));
    const indexKeys = [FEATURES_KEY, CLIP_INDEX_KEY, ...METADATA_KEYS];

    const objects: FingerprintedObject[] = [];
    for (const key of indexKeys) {
      const bytes = await getIfThere(this.store, key);
      if (bytes) objects.push({ name: key, bytes: bytes.length, sha256: sha256Hex(bytes) });
    }
    for (const folder of folders) {
      for await (const { key, bytes } of this.store.list(folder)) {
        if (!indexKeys.includes(key)) objects.push({ name: key, bytes, sha256: null });
      }
    }
    return objects;
  }
}

const METADATA_KEYS = [
  ...FACT_TABLES.map(({ key }) => key),
  ...PRESENCE_TABLES.map(({ key }) => key),
  REASONING_KEY,
];

async function readFeatures(store: ObjectStore): Promise<FeatureTable> {
  const bytes = await getIfThere(store, FEATURES_KEY);
  return bytes ? parseFeatureTable(new TextDecoder().decode(bytes)) : documentedFeatures();
}
