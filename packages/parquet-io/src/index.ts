export { encodeTable } from './encode-table.ts';
export { readTable } from './read-table.ts';
export type { ReadTable, TableValue } from './read-table.ts';
