import { CommanderError } from 'commander';
import { asDrivesweepError, DrivesweepError } from '@drivesweep/contracts';
import type { CommandContext } from './command.ts';
import { processConsole } from './console.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { formatError } from './print-error.ts';
import { createProgram } from './program.ts';

const console = processConsole();
const context: CommandContext = {
  console,
  env: process.env,
  end: (code) => (process.exitCode = code),
};

try {
  await createProgram(context).parseAsync();
} catch (thrown) {
  const error = thrown instanceof CommanderError ? usageOf(thrown) : asDrivesweepError(thrown);
  if (error === null) {
    process.exitCode = EXIT.complete;
  } else {
    console.say(formatError(error, Boolean(process.env['DRIVESWEEP_DEBUG'])));
    process.exitCode = exitCodeOf(error.code);
  }
}

/** Null when help or the version was asked for, which is no mistake. */
function usageOf(error: CommanderError): DrivesweepError | null {
  if (error.exitCode === 0) return null;
  if (error.code === 'commander.help') {
    return new DrivesweepError('USAGE', 'a command is missing');
  }
  return new DrivesweepError('USAGE', error.message.replace(/^error: /, ''), {
    hint: 'see drivesweep --help',
  });
}
