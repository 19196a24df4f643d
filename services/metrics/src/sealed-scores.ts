import { keys, scorecardSchema } from '@drivesweep/contracts';
import type { MetricSummary, ObjectStore, Scorecard } from '@drivesweep/contracts';
import { readManifest, readSpec } from './sweep-documents.ts';
import { scoringOf } from './sweep-scoring.ts';

/** The headline of a sealed sweep: what dashboards and alerts look at. */
export interface SealedScore {
  readonly sealedAt: string;
  readonly about: Scorecard['sweep'];
  readonly scoringId: string;
  /** Headline metrics only, over all windows and by slice. */
  readonly metrics: readonly MetricSummary[];
}

/** A sweep and the one that was sealed before it, of the same policy name over the same question. */
export interface Standing {
  readonly latest: SealedScore;
  readonly before: SealedScore | null;
}

/** So many of the newest sweeps are kept in memory. */
const KEPT = 500;

/**
 * The scores of the sealed sweeps of a store, newest first. Each is read once, but for partial ones, which may go on.
 * A sweep that cannot be read (of another version, half written) is left out: the others are still worth seeing.
 */
export class SealedScores {
  readonly #store: ObjectStore;
  #known = new Map<string, SealedScore>();
  #refreshing: Promise<void> | null = null;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Reads what is new in the store. Two calls at once are one. Errors: STORE_*. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  list(): readonly SealedScore[] {
    return [...this.#known.values()].sort((a, b) => compare(b.sealedAt, a.sealedAt));
  }

  /** The newest sweep of each policy, and the one to hold it against. */
  standings(): readonly Standing[] {
    const all = this.list();
    const policies = new Set(all.map(({ about }) => about.policy));
    return [...policies].flatMap((policy) => {
      const latest = all.find(({ about }) => about.policy === policy);
      return latest ? [{ latest, before: beforeOf(latest, all) }] : [];
    });
  }

  async #refresh(): Promise<void> {
    const prefix = keys.sweepIndex();
    const read = new Map<string, SealedScore>();
    for await (const { key } of this.#store.list(prefix)) {
      const sweepId = key.slice(prefix.length);
      const known = this.#known.get(sweepId);
      const score = known?.about.outcome === 'complete' ? known : await this.#read(sweepId);
      if (score) read.set(sweepId, score);
    }
    this.#known = read;
    const kept = this.list().slice(0, KEPT);
    this.#known = new Map(kept.map((score) => [score.about.id, score]));
  }

  async #read(sweepId: string): Promise<SealedScore | null> {
    try {
      const manifest = await readManifest(this.#store, sweepId);
      const { scoringId } = scoringOf(await readSpec(this.#store, sweepId));
      const bytes = await this.#store.get(keys.scorecard(sweepId, scoringId));
      const card = scorecardSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
      const headline = new Set(card.headline);
      return {
        sealedAt: manifest.sealedAt,
        about: card.sweep,
        scoringId,
        metrics: card.metrics.filter(({ id }) => headline.has(id)),
      };
    } catch {
      return null;
    }
  }
}

/** The newest one that asked the same question of a policy of the same name; another bundle of it is welcome. */
function beforeOf(latest: SealedScore, all: readonly SealedScore[]): SealedScore | null {
  const same = (other: SealedScore) =>
    other.about.id !== latest.about.id &&
    other.about.policy === latest.about.policy &&
    other.about.fingerprint === latest.about.fingerprint &&
    other.scoringId === latest.scoringId &&
    other.sealedAt <= latest.sealedAt;
  return all.find(same) ?? null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
