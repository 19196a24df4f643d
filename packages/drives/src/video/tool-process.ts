import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DrivesweepError } from '@drivesweep/contracts';
import { LABEL_FD } from './tool-arguments.ts';

interface ToolOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** Killed when something was waited for this long. */
  readonly stallMs: number;
  readonly maxStderrBytes: number;
}

/**
 * One run of ffmpeg or ffprobe.
 *
 * running -> ended    it closed its output and exited
 * running -> killed   stop(), an abort, or a stall; its output then ends like any other
 *
 * Whoever starts a tool calls `stop` in the end, whatever happened; after that nothing of it is left.
 */
export class ToolProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The second output, on descriptor 3. */
  readonly labels: Readable;
  readonly #child;
  readonly #options: ToolOptions;
  readonly #exited: Promise<void>;
  readonly #silent: Promise<void>;
  readonly #onAbort = () => this.#kill();
  #stderr = Buffer.alloc(0);
  #startError: NodeJS.ErrnoException | undefined;
  #stalled = false;

  constructor(options: ToolOptions) {
    options.signal.throwIfAborted();
    this.#options = options;
    // FFREPORT would make ffmpeg write a log file, AV_LOG_FORCE_COLOR would colour its messages.
    const env = { ...process.env, FFREPORT: undefined, AV_LOG_FORCE_COLOR: undefined };
    const child = spawn(options.command, options.args, {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env,
    });
    this.#child = child;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.labels = readableAt(child.stdio[LABEL_FD]);
    // Both pipes end early when the tool dies; what is wrong is told by its exit and its stderr.
    for (const stream of [this.stdin, this.stdout, this.labels, child.stderr]) {
      stream.on('error', () => undefined);
    }
    child.stderr.on('data', (chunk: Buffer) => {
      const room = options.maxStderrBytes - this.#stderr.length;
      if (room > 0) this.#stderr = Buffer.concat([this.#stderr, chunk.subarray(0, room)]);
    });
    this.#silent = new Promise((resolve) => child.stderr.once('close', resolve));
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.on('error', (error: NodeJS.ErrnoException) => {
        if (child.pid !== undefined) return;
        this.#startError = error;
        resolve();
      });
    });
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Waits for `step` and kills the tool when that takes too long, so that the step ends. */
  async within<T>(step: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#stalled = true;
      this.#kill();
    }, this.#options.stallMs);
    try {
      return await step;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until it has exited and said everything on stderr; kills it when that takes too long. */
  async ended(): Promise<void> {
    await this.within(Promise.all([this.#exited, this.#silent]));
  }

  /** Writes to its standard input and waits until there is room for more; false when it no longer reads. */
  async write(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      this.stdin.write(bytes, (error) => resolve(!error));
    });
  }

  async endInput(): Promise<void> {
    await new Promise<void>((resolve) => this.stdin.end(() => resolve()));
  }

  /** Kills it; what it has said on stderr can still be read. */
  interrupt(): void {
    this.#child.kill('SIGKILL');
    for (const stream of [this.stdin, this.stdout, this.labels]) stream.destroy();
  }

  /** Kills it if it still runs, and waits until it is gone. */
  async stop(): Promise<void> {
    this.#kill();
    await this.#exited;
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }

  /** Throws why the run could not go on, where that is not the fault of the media: aborted, or no such program. */
  assertRunnable(): void {
    this.#options.signal.throwIfAborted();
    if (!this.#startError) return;
    const { command } = this.#options;
    const message = `cannot start ${command}: ${this.#startError.message}`;
    const hint =
      'Install ffmpeg 5.1 or newer with ffprobe (Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg).';
    throw new DrivesweepError('TOOL_MISSING', message, { hint, cause: this.#startError });
  }

  /** True when it was killed because nothing came. */
  get stalled(): boolean {
    return this.#stalled;
  }

  get succeeded(): boolean {
    return this.#child.exitCode === 0;
  }

  /** First line of its stderr, without the address of the module that wrote it. */
  get complaint(): string | undefined {
    const lines = this.stderr.split('\n');
    return lines.map((line) => line.replace(/^(?:\[[^\]]*\] )+/, '').trim()).find(Boolean);
  }

  /** How it ended. */
  get ending(): string {
    const { exitCode, signalCode } = this.#child;
    return signalCode === null
      ? `ffmpeg exited with ${exitCode ?? 'nothing'}`
      : `ffmpeg died of ${signalCode}`;
  }

  get stderr(): string {
    return this.#stderr.toString('utf8');
  }

  #kill(): void {
    this.interrupt();
    // A wrapper script may leave a child that holds the pipe: without this, its end would be waited for.
    this.#child.stderr.destroy();
  }
}

function readableAt(stream: Readable | Writable | null | undefined): Readable {
  if (stream && 'read' in stream) return stream;
  throw new DrivesweepError('INTERNAL', 'the tool was started without a second output');
}
