import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram } from 'prom-client';

const PREFIX = 'drivesweep_';

/** Edges in seconds for the stages of a window. One is exactly the 100 ms budget of a policy in a vehicle. */
export const STAGE_SECONDS_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.02, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10,
];

/** The metrics of one process. Names are given without the `drivesweep_` prefix; never use an id as a label. */
export interface Metrics {
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  histogram<L extends string = never>(
    name: string,
    help: string,
    labels?: readonly L[],
    buckets?: readonly number[],
  ): Histogram<L>;
  /** Runs before each scrape: for gauges that are read rather than counted. A hook that fails is left out of the scrape. */
  onScrape(hook: () => void | Promise<void>): void;
  /** The text that Prometheus reads, and its content type. */
  render(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A registry of its own, with the default process metrics of Node and `drivesweep_service_info`. */
export function createMetrics(options: { readonly service: string }): Metrics {
  const registry = new Registry();
  const hooks: (() => void | Promise<void>)[] = [];
  collectDefaultMetrics({ register: registry });
  const metrics: Metrics = {
    counter: (name, help, labels = []) =>
      new Counter({ name: PREFIX + name, help, labelNames: labels, registers: [registry] }),
    gauge: (name, help, labels = []) =>
      new Gauge({ name: PREFIX + name, help, labelNames: labels, registers: [registry] }),
    histogram: (name, help, labels = [], buckets = STAGE_SECONDS_BUCKETS) =>
      new Histogram({
        name: PREFIX + name,
        help,
        labelNames: labels,
        buckets: [...buckets],
        registers: [registry],
      }),
    onScrape: (hook) => void hooks.push(hook),
    async render() {
      await Promise.allSettled(hooks.map(async (hook) => hook()));
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
  metrics
    .gauge('service_info', 'Always 1; says which service and which Node this is', [
      'service',
      'node',
    ])
    .set({ service: options.service, node: process.version }, 1);
  return metrics;
}
