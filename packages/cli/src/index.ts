export type { Console } from './console.ts';
export { EXIT, exitCodeOf } from './exit-code.ts';
export type { ExitCode } from './exit-code.ts';
export { formatScorecards } from './print-scorecard.ts';
export type { PrintedSweep } from './print-scorecard.ts';
export { createProgram } from './program.ts';
export { parseSweepFile, SweepFileError } from './sweep-file.ts';
export type { LoadedSweepFile, Mistake } from './sweep-file.ts';
