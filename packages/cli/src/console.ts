/** Where a command writes. Standard output holds results only; everything else goes to standard error. */
export interface Console {
  /** A result. */
  result(text: string): void;
  /** A message for the person, one line or several. */
  say(text: string): void;
  /** Writes to standard error as it is: for a line that is drawn over. */
  draw(text: string): void;
  /** Is standard error a terminal that a line can be drawn over on? */
  readonly interactive: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

const DEFAULT_WIDTH = 100;

/** The console of this process. A reader that goes away (`drivesweep list | head`) ends it without a word. */
export function processConsole(): Console {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode);
      throw error;
    });
  }
  return {
    result: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
    draw: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY && process.env['TERM'] !== 'dumb',
    get width() {
      return process.stderr.columns || DEFAULT_WIDTH;
    },
  };
}
