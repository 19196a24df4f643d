export type { Address, Kernels } from './kernels.ts';
export { LaneSeries, Workbench } from './workbench.ts';
