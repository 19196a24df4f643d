export { FolderObjectStore } from './folder-store.ts';
export { openObjectStore } from './open-object-store.ts';
export type { StoreOptions } from './open-object-store.ts';
export type { S3Options } from './s3-options.ts';
export { S3ObjectStore } from './s3-store.ts';
export { parseStoreUri } from './store-uri.ts';
export type { StoreLocation } from './store-uri.ts';
