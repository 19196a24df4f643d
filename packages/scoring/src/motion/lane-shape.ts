/** Lanes of equal length, on the grid of a sweep. */
export interface LaneShape {
  /** Poses or states per lane. */
  readonly length: number;
  readonly stepS: number;
  readonly lanes: number;
}
