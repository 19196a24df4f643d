import { z } from 'zod';
import { tensorName } from './manifest-fields.ts';

/** What the graph answers with. Axes: B windows, K samples, T future steps. */
export const outputSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('trajectory'),
    /** float32 [B, K, T, 3], or two or three of float32 [B, K, T]; z is 0 when it is not given. */
    position: z.union([
      z.strictObject({ xyz: tensorName }),
      z.strictObject({ x: tensorName, y: tensorName, z: tensorName.optional() }),
    ]),
    /** float32 [B, K, T] */
    yaw: tensorName,
    /** float32 [B, K] */
    probability: tensorName.optional(),
  }),
  z.strictObject({
    kind: z.literal('actions'),
    /** float32 [B, K, T, 2] as (acceleration, curvature), or one float32 [B, K, T] for each. */
    actions: z.union([
      z.strictObject({ pair: tensorName }),
      z.strictObject({ accel: tensorName, curvature: tensorName }),
    ]),
    /**
     * Physical value = output * std + mean, in float64; null when the outputs are m/s^2 and 1/m already. Where the
     * model holds the constants as float32, these are the rounded values.
     */
    normalisation: z
      .strictObject({
        accelMean: z.number(),
        accelStd: z.number().positive(),
        curvatureMean: z.number(),
        curvatureStd: z.number().positive(),
      })
      .nullable(),
    probability: tensorName.optional(),
  }),
  z.strictObject({
    kind: z.literal('curvature'),
    /** float32 [B, columns]: one number per window, at `column`. Held, at the speed v0, over the horizon. */
    value: tensorName,
    column: z.int().nonnegative().default(0),
    /** gain: curvature = gain * value. steering: curvature = tan(radPerUnit * value) / wheelbaseM. 1/m, left positive. */
    conversion: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('gain'), gain: z.number() }),
      z.strictObject({
        kind: z.literal('steering'),
        radPerUnit: z.number(),
        wheelbaseM: z.number().positive(),
      }),
    ]),
  }),
]);
export type BundleOutput = z.output<typeof outputSchema>;
