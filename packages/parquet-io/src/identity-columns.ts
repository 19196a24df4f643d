import { isErrorCode } from '@drivesweep/contracts';
import type { DriveFacts, ErrorCode, RowStatus } from '@drivesweep/contracts';
import { corrupt, nullableTexts, readLists, requiredTexts, structMember } from './arrow-read.ts';
import type { ReadColumn } from './arrow-read.ts';

function isRowStatus(text: string): text is RowStatus {
  return text === 'ok' || text === 'error' || text === 'skipped';
}

export function rowStatuses(column: ReadColumn): RowStatus[] {
  const statuses: RowStatus[] = [];
  for (const text of requiredTexts(column)) {
    if (!isRowStatus(text)) {
      throw corrupt(`row ${statuses.length} has the unknown status ${JSON.stringify(text)}`);
    }
    statuses.push(text);
  }
  return statuses;
}

export function errorCodes(column: ReadColumn): (ErrorCode | null)[] {
  const codes: (ErrorCode | null)[] = [];
  for (const text of nullableTexts(column)) {
    if (text !== null && !isErrorCode(text)) {
      throw corrupt(`row ${codes.length} has the unknown code ${JSON.stringify(text)}`);
    }
    codes.push(text);
  }
  return codes;
}

/** Facts of each row, from lists of name and value. */
export function factsOf(column: ReadColumn): DriveFacts[] {
  const { offsets, members } = readLists(column);
  const names = requiredTexts(structMember(members, 'name'));
  const values = requiredTexts(structMember(members, 'value'));
  const all: DriveFacts[] = [];
  for (let row = 0; row < column.length; row++) {
    const facts: Record<string, string> = {};
    for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i += 1) {
      facts[names[i] ?? ''] = values[i] ?? '';
    }
    all.push(facts);
  }
  return all;
}
