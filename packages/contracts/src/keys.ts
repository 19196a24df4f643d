/** The key grammar of the store. Everything a program reads or writes is named here and nowhere else. */

const sweep = (sweepId: string) => `sweeps/${sweepId}`;
const chunkName = (chunk: number) => chunk.toString().padStart(6, '0');

export const keys = {
  sweeps: () => 'sweeps/',
  /** One empty object per sweep, so that finding the sweeps does not list every part of every sweep. */
  sweepIndex: () => 'sweep-index/',
  sweepIndexEntry: (sweepId: string) => `sweep-index/${sweepId}`,
  spec: (sweepId: string) => `${sweep(sweepId)}/spec.json`,
  planIndex: (sweepId: string) => `${sweep(sweepId)}/plan/index.json`,
  planChunk: (sweepId: string, chunk: number) =>
    `${sweep(sweepId)}/plan/chunk-${chunkName(chunk)}.jsonl`,
  /** Present while the sweep is cancelled; `resume` removes it. */
  cancelled: (sweepId: string) => `${sweep(sweepId)}/cancelled.json`,
  /** Present while a sweep that was sealed as partial goes on: the generation of the seal that is to come. */
  resumed: (sweepId: string) => `${sweep(sweepId)}/resumed.json`,
  /** A part's name is used by one attempt of one writer only. */
  predictionPart: (sweepId: string, shardId: string, attempt: number, nonce: string) =>
    `${sweep(sweepId)}/predictions/${shardId}-${attempt}-${nonce}.parquet`,
  predictionParts: (sweepId: string) => `${sweep(sweepId)}/predictions/`,
  predictionCommit: (sweepId: string, shardId: string) =>
    `${sweep(sweepId)}/commits/predictions/${shardId}.json`,
  predictionCommits: (sweepId: string) => `${sweep(sweepId)}/commits/predictions/`,
  scorePart: (
    sweepId: string,
    scoringId: string,
    shardId: string,
    attempt: number,
    nonce: string,
  ) => `${sweep(sweepId)}/scores/${scoringId}/${shardId}-${attempt}-${nonce}.parquet`,
  scoreCommit: (sweepId: string, scoringId: string, shardId: string) =>
    `${sweep(sweepId)}/commits/scores/${scoringId}/${shardId}.json`,
  scoreCommits: (sweepId: string, scoringId: string) =>
    `${sweep(sweepId)}/commits/scores/${scoringId}/`,
  /** The seal. A sweep that was sealed as partial and resumed gets a new one; readers take this object, never a listing. */
  manifest: (sweepId: string) => `${sweep(sweepId)}/manifest.json`,
  /** Every seal is kept: created once per generation. */
  manifestGeneration: (sweepId: string, generation: number) =>
    `${sweep(sweepId)}/manifests/${chunkName(generation)}.json`,
  manifestChunk: (sweepId: string, generation: number, chunk: number) =>
    `${sweep(sweepId)}/manifests/${chunkName(generation)}/chunk-${chunkName(chunk)}.jsonl`,
  scorecard: (sweepId: string, scoringId: string) =>
    `${sweep(sweepId)}/scorecards/${scoringId}.json`,
  /** One page for a person, of the scorecard that was written last. */
  report: (sweepId: string) => `${sweep(sweepId)}/report/index.html`,
} as const;
