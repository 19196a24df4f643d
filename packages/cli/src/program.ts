import { Command } from 'commander';
import { addCompareCommand } from './command-compare.ts';
import { addDrivesCommands } from './command-drives.ts';
import { addExportCommands } from './command-export.ts';
import { addPolicyCommands } from './command-policy.ts';
import { addRemoteCommands } from './command-remote.ts';
import { addReportCommands } from './command-report.ts';
import { addRunCommand } from './command-run.ts';
import { addScoreFileCommand } from './command-score-file.ts';
import { addUpCommand } from './command-up.ts';
import type { CommandContext } from './command.ts';

const HELP = `
Start here:
  drivesweep drives generate --out ./drives
  drivesweep run sweep.yaml
  drivesweep report <sweep>

Exit codes: 0 complete, 2 bad input or usage, 3 sealed as partial, 4 a comparison failed its gate,
1 anything else.
Environment: DRIVESWEEP_STORE, DRIVESWEEP_API, DRIVESWEEP_S3_ENDPOINT and others of S3, DRIVESWEEP_DEBUG=1 for
stack traces. Results go to standard output, everything else to standard error.`;

/** The tree of commands. Mistakes in what was typed are thrown as CommanderErrors and not printed here. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('drivesweep')
    .description('Runs a driving policy over recorded drives and says how good it is.')
    .version('0.1.0')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => context.console.result(text.trimEnd()),
      // Commander's own message is printed as error[USAGE] by main.ts; help after a mistake goes here.
      writeErr: (text) => context.console.say(text.trimEnd()),
      outputError: () => undefined,
    })
    .addHelpText('after', HELP);
  addRunCommand(program, context);
  addUpCommand(program, context);
  addRemoteCommands(program, context);
  addReportCommands(program, context);
  addCompareCommand(program, context);
  addScoreFileCommand(program, context);
  addExportCommands(program, context);
  addDrivesCommands(program, context);
  addPolicyCommands(program, context);
  return program;
}
