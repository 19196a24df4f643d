import { DrivesweepError } from '@drivesweep/contracts';
import type { TeacherTopTokens, TopTokenLists } from '@drivesweep/contracts';
import { columnsOf, float32ListColumn, int32Column, int32ListColumn } from './arrow-data.ts';
import type { ArrowColumn } from './arrow-data.ts';
import { corrupt, float32Values, int32Values, optionalMember } from './arrow-read.ts';
import type { ReadColumn } from './arrow-read.ts';
import { listAt, noLists, optionalLists } from './optional-lists.ts';

/*
 * The most likely tokens of a text: members that were added to the samples of prediction parts. A part without them is
 * one whose policy offered none. Lists are flat, k values per token: a level of lists less to write and to read.
 */

type Numbers = ArrayLike<number>;

/** Those of one sample as they lie in a part: views, not copies. */
export interface PartTopTokens extends TeacherTopTokens {
  readonly ids: Int32Array;
  readonly logprobs: Float32Array;
}

/** The members of samples, one value per sample; null where there are none. */
export function topTokenMembers(all: readonly (TeacherTopTokens | null)[]): ArrowColumn[] {
  const { nullable } = columnsOf(all);
  return [
    nullable(int32Column, 'top_k', (top) => top && top.k),
    nullable(int32ListColumn, 'top_token_ids', (top) => top && top.ids),
    nullable(float32ListColumn, 'top_logprobs', (top) => top && top.logprobs),
  ];
}

/** Throws INTERNAL unless there are k ids and k log-probabilities for each token. */
export function assertTopTokensWritable(
  where: string,
  {
    tokenIds,
    topTokens,
  }: { readonly tokenIds: Numbers | null; readonly topTokens: TeacherTopTokens | null },
): void {
  if (topTokens === null) return;
  const { k, ids, logprobs } = topTokens;
  const values = k * (tokenIds?.length ?? NaN);
  if (k >= 1 && ids.length === values && logprobs.length === values) return;
  throw new DrivesweepError('INTERNAL', `${where} has not ${k} most likely tokens for each token`);
}

/** Throws PART_CORRUPT when a member has another type. */
export function readTopTokens(structs: ReadColumn): TopTokenLists {
  const [k, ids, logprobs] = ['top_k', 'top_token_ids', 'top_logprobs'].map((name) =>
    optionalMember(structs, name),
  );
  if (!k || !ids || !logprobs) return noTopTokens(structs);
  return {
    k: int32Values(k),
    ids: optionalLists(ids, int32Values),
    logprobs: optionalLists(logprobs, float32Values),
  };
}

/** What is read where they are not looked at. */
export function noTopTokens({ length }: Pick<ReadColumn, 'length'>): TopTokenLists {
  return {
    k: new Int32Array(length),
    ids: noLists({ length }, new Int32Array()),
    logprobs: noLists({ length }, new Float32Array()),
  };
}

/** Those of sample i; null where there are none. Throws PART_CORRUPT when there are not k of both for each token. */
export function topTokensAt(columns: TopTokenLists, i: number): PartTopTokens | null {
  const ids = listAt(columns.ids, i);
  const logprobs = listAt(columns.logprobs, i);
  if (ids === null || logprobs === null) return null;
  const k = columns.k[i] ?? 0;
  if (k >= 1 && ids.length % k === 0 && logprobs.length === ids.length) return { k, ids, logprobs };
  throw corrupt(
    `sample ${i} has ${ids.length} and ${logprobs.length} most likely tokens, ${k} each`,
  );
}
