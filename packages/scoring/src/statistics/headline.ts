import type { MetricInfo } from '../metric.ts';

/** `several`: says something new with more than one sample only; `one`: says with one sample what another one says of several. */
type Samples = 'any' | 'several' | 'one';

/** What a person looks at first, in this order: how near, how often not at all, whether it can be driven, what was said. */
const HEADLINE: readonly (readonly [pattern: RegExp, samples: Samples])[] = [
  [/^min_ade_K@H\[full\]$/, 'several'],
  [/^ade_first@H$/, 'any'],
  [/^fde_first@H$/, 'any'],
  [/^ade_mbr_K@H\[medoid\]$/, 'several'],
  [/^miss_K@H\[2m\]$/, 'several'],
  [/^miss_first@H\[2m\]$/, 'one'],
  [/^corner_distance_K@H\[.*pointwise\]$/, 'several'],
  [/^corner_distance_first@H/, 'one'],
  [/^comfortable_first@H\[nuplan\]$/, 'any'],
  [/^accel_out_of_bounds_first@H/, 'any'],
  [/^curvature_out_of_bounds_first@H\[0\.2\]$/, 'any'],
  [/^collision_first@H\[boxes\]$/, 'any'],
  [/^ttc_ahead_first@/, 'any'],
  [/^trace_consistent_K(@H)?\[paper\]$/, 'any'],
  [/^trace_parsed_K(@H)?$/, 'any'],
  [/^trace_contradicted_K(@H)?$/, 'any'],
  [/^chain_break_K(@H)?$/, 'any'],
  [/^meta_lon_agreement_first(@H)?$/, 'any'],
  [/^meta_lat_agreement_first(@H)?$/, 'any'],
  [/^cause_grounded_K(@H)?$/, 'any'],
];

/**
 * The headline of a list of metrics, the first one first: of each pattern the longest horizon. Slices hold these only,
 * because a window is in a dozen slices and has some two hundred values.
 */
export function headlineOf(metrics: readonly MetricInfo[]): MetricInfo[] {
  const unsuited: Samples = hasOneSample(metrics) ? 'several' : 'one';
  return HEADLINE.flatMap(([pattern, samples]) => {
    if (samples === unsuited) return [];
    const ofPattern = metrics.filter((metric) => pattern.test(metric.pattern));
    const longest = Math.max(...ofPattern.map(({ id }) => horizonS(id)));
    return ofPattern.filter(({ id }) => horizonS(id) === longest);
  });
}

/** Where a metric stands in the headline, whatever its horizon and number of samples; -1 when it is none. */
export function headlineRank({ pattern }: MetricInfo): number {
  return HEADLINE.findIndex(([headline]) => headline.test(pattern));
}

/** Metrics of several samples name K; with one sample they name it 1: `min_ade_1@3.0s[full]`. */
function hasOneSample(metrics: readonly MetricInfo[]): boolean {
  return !metrics.some(({ id }) => /^min_ade_(?!1@)\d+@/.test(id));
}

/** `min_ade_6@3.0s[full]` -> 3; an id without a horizon -> 0. */
function horizonS(id: string): number {
  return Number(/@([0-9.]+)s/.exec(id)?.[1] ?? 0);
}
