import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DrivesweepError } from '@drivesweep/contracts';
import { readForeignPredictions } from '@drivesweep/parquet-io';
import { readPredictionLine } from './prediction-line.ts';
import { readPredictionRow } from './prediction-row.ts';
import type { PredictionRecord } from './prediction-to-score.ts';

const PARQUET_MAGIC = 'PAR1';
/** `-` reads lines from standard input, as other programs do. */
const STANDARD_INPUT = '-';

/**
 * The windows of a file of predictions, one at a time: Parquet with our columns when the file begins as one, else
 * lines of JSON. Empty lines are passed over.
 * @param stepS seconds between poses, for a Parquet file that does not say
 * @throws USAGE when there is no such file, or nothing says the step; PARQUET_UNREADABLE
 */
export async function* readPredictions(
  path: string,
  stepS: number | null,
  input: Readable,
): AsyncGenerator<PredictionRecord> {
  if (path === STANDARD_INPUT) yield* readLines(input);
  else if (await beginsAsParquet(path)) yield* readRows(await readFile(path), path, stepS);
  else yield* readLines(createReadStream(path));
}

async function beginsAsParquet(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new DrivesweepError(
      'USAGE',
      `${path}: ${found ? 'not a file' : 'there is no such file'}`,
    );
  }
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(PARQUET_MAGIC.length) });
    return buffer.toString('latin1', 0, bytesRead) === PARQUET_MAGIC;
  } finally {
    await file.close();
  }
}

async function* readLines(stream: Readable): AsyncGenerator<PredictionRecord> {
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  let line = 0;
  for await (const text of lines) {
    line++;
    const content = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (content.trim() !== '') yield readPredictionLine(content, line);
  }
}

function* readRows(
  bytes: Uint8Array,
  path: string,
  asked: number | null,
): Generator<PredictionRecord> {
  const predictions = readForeignPredictions(bytes);
  const { rows, stepUs } = predictions;
  const stepS = stepUs === null ? asked : stepUs / 1e6;
  if (stepS === null) {
    throw new DrivesweepError('USAGE', `${path} does not say how far apart its poses are`, {
      hint: 'say it in seconds: --step-s 0.1',
    });
  }
  if (asked !== null && Math.abs(asked - stepS) > 1e-9) {
    const message = `${path} says that its poses are ${stepS} s apart, --step-s says ${asked}`;
    throw new DrivesweepError('USAGE', message);
  }
  for (let i = 0; i < rows; i++) yield readPredictionRow(predictions.row(i), i + 1, stepS);
}
