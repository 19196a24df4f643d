import type { ObjectStore } from '@drivesweep/contracts';

/** Opens a store at a folder or an s3:// URI. Throws STORE_URI_INVALID. */
export type OpenStore = (uri: string) => ObjectStore;
