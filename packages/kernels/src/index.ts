export { findDirections } from './directions.ts';
export type { Address } from './kernels.ts';
export { LaneSeries, Workbench } from './workbench.ts';
