import { z } from 'zod';

/** A variable of the environment that a program reads. */
export interface Setting {
  readonly name: string;
  readonly required: boolean;
  /** What holds when it is not set; null when nothing does. */
  readonly fallback: string | null;
  readonly description: string;
}

/** The settings that a schema for `loadConfig` reads, in its order, for documents and for checks of deployments. */
export function describeSettings<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
): Setting[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    const unset = z.safeParse(type, undefined);
    const value: unknown = unset.success ? unset.data : undefined;
    return {
      name,
      required: !unset.success,
      fallback: value === undefined ? null : textOf(value),
      description: z.globalRegistry.get(type)?.description ?? '',
    };
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
