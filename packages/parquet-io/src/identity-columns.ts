import { isErrorCode } from '@drivesweep/contracts';
import type { DriveFacts, ErrorCode, RowStatus } from '@drivesweep/contracts';
import { corrupt, nullableTexts, readLists, requiredTexts, structMember } from './arrow-read.ts';
import type { ReadColumn } from './arrow-read.ts';

function isRowStatus(text: string): text is RowStatus {
  return text === 'ok' || text === 'error' || text === 'skipped';
}

export function rowStatuses(column: ReadColumn): RowStatus[] {
  return requiredTexts(column).map((text, row) => {
    if (isRowStatus(text)) return text;
    throw corrupt(`row ${row} has the unknown status ${JSON.stringify(text)}`);
  });
}

export function errorCodes(column: ReadColumn): (ErrorCode | null)[] {
  return nullableTexts(column).map((text, row) => {
    if (text === null || isErrorCode(text)) return text;
    throw corrupt(`row ${row} has the unknown code ${JSON.stringify(text)}`);
  });
}

/** Facts of each row, from lists of name and value. */
export function factsOf(column: ReadColumn): DriveFacts[] {
  const { offsets, members } = readLists(column);
  const names = requiredTexts(structMember(members, 'name'));
  const values = requiredTexts(structMember(members, 'value'));
  return Array.from({ length: column.length }, (_, row) => {
    const facts: Record<string, string> = {};
    for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i += 1) {
      facts[names[i] ?? ''] = values[i] ?? '';
    }
    return facts;
  });
}
