import { DrivesweepError } from '@drivesweep/contracts';
import {
  GATE_GRAMMAR,
  gateCandidates,
  headlineOf,
  marginFits,
  parseGate,
} from '@drivesweep/scoring';
import type { Gate, MetricInfo } from '@drivesweep/scoring';
import { nearestName } from './nearest-name.ts';

const CANDIDATES_SHOWN = 8;

/** What a person asked to compare; nothing means the headline. */
export interface AskedMetrics {
  readonly metric?: readonly string[] | undefined;
  readonly primary?: string | undefined;
}

/**
 * The metrics to compare, the primary first: those that were asked for, or the headline of all.
 * @throws USAGE for an id that is none, with those that may be meant, and for a primary without a better side
 */
export function chooseMetrics(
  { metric, primary }: AskedMetrics,
  all: readonly MetricInfo[],
): [MetricInfo, ...MetricInfo[]] {
  const asked = metric?.map((id) => metricCalled('--metric', id, all)) ?? headlineOf(all);
  const first = primary === undefined ? asked[0] : metricCalled('--primary', primary, all);
  if (first === undefined) {
    throw new DrivesweepError('USAGE', 'there is no headline metric for these sweeps', {
      hint: 'name what to compare with --metric',
    });
  }
  if (first.better === 'neither') {
    throw new DrivesweepError(
      'USAGE',
      `${first.id} describes and has no better side, so there is no verdict on it`,
      { hint: 'name another metric with --primary; this one can stand beside it with --metric' },
    );
  }
  return [first, ...new Set(asked.filter((one) => one.id !== first.id))];
}

function metricCalled(option: string, id: string, all: readonly MetricInfo[]): MetricInfo {
  const found = all.find((metric) => metric.id === id);
  if (found) return found;
  const ids = all.map((metric) => metric.id);
  const starts = ids.filter((one) => one.startsWith(id));
  const near =
    starts.length > 0 ? starts : [nearestName(id, ids)].filter((one) => one !== undefined);
  throw new DrivesweepError('USAGE', `${option}: these sweeps have no metric ${id}`, {
    hint:
      near.length > 0
        ? `did you mean ${listed(near)}?`
        : 'docs/metrics.md has all; drivesweep report <sweep> --json has those of a sweep',
  });
}

/** Reads what `--fail-if` says, before anything else is read. @throws USAGE */
export function parseGates(texts: readonly string[]): Gate[] {
  return texts.map((text) => {
    const gate = parseGate(text);
    if (gate) return gate;
    throw new DrivesweepError('USAGE', `--fail-if: cannot read ${JSON.stringify(text)}`, {
      hint: `expected ${GATE_GRAMMAR}, for example "min_ade_6@6.4s[full] worse by 2%"`,
    });
  });
}

/** A gate and the one metric that it means. */
export interface GateOnMetric {
  readonly gate: Gate;
  readonly metric: MetricInfo;
}

/** @throws USAGE when a gate means none or several of the metrics, or has a margin of another unit */
export function placeGates(
  gates: readonly Gate[],
  compared: readonly MetricInfo[],
): GateOnMetric[] {
  return gates.map((gate) => {
    const metric = metricOfGate(gate, compared);
    if (metric.better === 'neither') {
      throw new DrivesweepError('USAGE', `--fail-if: ${metric.id} has no worse side`);
    }
    if (marginFits(gate, metric.unit)) return { gate, metric };
    throw new DrivesweepError(
      'USAGE',
      `--fail-if: ${metric.id} is in ${metric.unit}, the margin of "${gate.text}" is not`,
      { hint: `write the margin in ${metric.unit} or in %` },
    );
  });
}

function metricOfGate(gate: Gate, compared: readonly MetricInfo[]): MetricInfo {
  const ids = compared.map(({ id }) => id);
  const candidates = gateCandidates(gate, ids);
  const found = compared.filter(({ id }) => candidates.includes(id));
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined) {
    throw new DrivesweepError(
      'USAGE',
      `--fail-if: no metric that is compared starts with ${gate.metric}`,
      { hint: `compared are ${listed(ids)}; --metric names others` },
    );
  }
  throw new DrivesweepError('USAGE', `--fail-if: ${gate.metric} means ${found.length} metrics`, {
    hint: `name one of them: ${listed(candidates)}`,
  });
}

function listed(ids: readonly string[]): string {
  const more = ids.length - CANDIDATES_SHOWN;
  return ids.slice(0, CANDIDATES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
