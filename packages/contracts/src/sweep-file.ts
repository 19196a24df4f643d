import { z } from 'zod';

/**
 * What a person writes into a sweep file, after YAML. Unknown fields are mistakes.
 * The CLI reads YAML and points at the line; the coordinator's HTTP API takes the same object as JSON,
 * with every relative path already made absolute.
 */

export const DATASET_LAYOUTS = ['physicalai-av', 'comma2k19'] as const;
export type DatasetLayout = (typeof DATASET_LAYOUTS)[number];

const t0Us = z.int('expected integer microseconds').nonnegative('expected microseconds >= 0');
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1)]);

const windows = z
  .strictObject({
    every_s: z
      .number('expected seconds, for example 0.5')
      .positive('expected more than 0 s')
      .refine((s) => Number.isInteger(Math.round(s * 1e6)) && Math.round(s * 1e6) >= 1000, {
        error: 'expected at least 0.001 s',
      })
      .optional(),
    at_us: oneOrMore(t0Us).optional(),
    list: z.string('expected a path or URI of a CSV, JSON or Parquet file').min(1).optional(),
  })
  .refine((w) => Object.values(w).filter((v) => v !== undefined).length === 1, {
    error: 'expected exactly one of every_s, at_us, list',
  });

/** What a driver is told where to go. Longer ones no model was trained on; how many tokens fit is the policy's to say. */
export const navigationText = z
  .string('expected a text, for example "turn left in 40 m"')
  .max(500, 'expected at most 500 characters')
  .regex(/\S/, { error: 'expected a text, for example "turn left in 40 m"' });

const errorBudget = z
  .strictObject({
    fraction: z.number().min(0).max(1).optional(),
    count: z.int().nonnegative().optional(),
  })
  .refine((b) => (b.fraction === undefined) !== (b.count === undefined), {
    error: 'expected exactly one of fraction, count',
  });

export const sweepFileSchema = z.strictObject({
  name: z
    .string('expected a name')
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected letters, digits, ".", "_" or "-"'),
  policy: z
    .string(
      'expected kinematic:constant-velocity, kinematic:constant-turn-rate, or a bundle folder or URI',
    )
    .min(1),
  dataset: z.strictObject({
    layout: z.enum(DATASET_LAYOUTS, { error: `expected ${DATASET_LAYOUTS.join(' or ')}` }),
    uri: z.string('expected a folder or an s3:// URI').min(1),
    revision: z.string().min(1).max(200).optional(),
  }),
  drives: z
    .strictObject({
      split: oneOrMore(z.string().min(1)).optional(),
      ids: oneOrMore(z.string().min(1)).optional(),
      limit: z.int('expected a whole number').positive('expected at least 1').optional(),
    })
    .default({}),
  windows,
  /** For every window that has no text of its own in the column `navigation` of `windows.list`. */
  navigation: navigationText.optional(),
  samples: z
    .int('expected a whole number of samples')
    .min(1, 'expected at least 1')
    .max(64, 'expected at most 64')
    .default(1),
  seed: z.int('expected a whole number').nonnegative('expected 0 or more').default(0),
  history_steps: z.int().min(4, 'expected at least 4').max(256).default(16),
  horizon_steps: z.int().min(1).max(256).default(64),
  rate_hz: z
    .number()
    .refine((hz) => Number.isInteger(1e6 / hz), {
      error: 'expected a rate whose step is whole microseconds',
    })
    .default(10),
  error_budget: errorBudget.optional(),
  accept_licences: z.array(z.string().min(1)).default([]),
});

export type SweepFileInput = z.input<typeof sweepFileSchema>;
export type SweepFile = z.output<typeof sweepFileSchema>;
