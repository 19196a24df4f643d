export { MemoryObjectStore } from './memory-object-store.ts';
export type { StoreCall } from './memory-object-store.ts';
