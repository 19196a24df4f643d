import { Buffer } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A headless Chromium over its debugging pipe, for tests that look at a page as a person does. */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The first Chromium on the PATH; undefined when there is none. */
export const CHROMIUM = NAMES.find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
);

/** One page that was opened. */
export interface OpenPage {
  /** URLs of everything that the page asked for, itself included. */
  readonly requests: readonly string[];
  /** What the browser complained about: blocked loads, errors. */
  readonly complaints: readonly string[];
  /** The value of a JavaScript expression, for looking at the page. */
  evaluate(expression: string): Promise<unknown>;
  show(look: { readonly width: number; readonly dark: boolean }): Promise<void>;
  /** PNG of the whole page. */
  picture(): Promise<Uint8Array>;
}

type Message = Readonly<Record<string, unknown>>;

/** Opens a URL, gives the page to `use` once it has loaded, and leaves neither process nor profile behind. */
export async function withPage(
  url: string,
  { scripts }: { readonly scripts: boolean },
  use: (page: OpenPage) => Promise<void>,
): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const flags = [
    ...[
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--remote-debugging-pipe',
    ],
    ...['--no-first-run', '--disable-background-networking', `--user-data-dir=${profile}`],
  ];
  const browser = spawn(CHROMIUM ?? 'chromium', flags, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => browser.once('close', resolve));
  try {
    const wire = new Wire(writableAt(browser.stdio[3]), readableAt(browser.stdio[4]));
    await use(await openPage(wire, url, scripts));
  } finally {
    browser.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function openPage(wire: Wire, url: string, scripts: boolean): Promise<OpenPage> {
  const { targetId } = await wire.call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.call('Target.attachToTarget', { targetId, flatten: true });
  const call = (method: string, params: Message = {}) => wire.call(method, params, sessionId);
  const requests: string[] = [];
  const complaints: string[] = [];
  wire.on('Network.requestWillBeSent', ({ request }) => requests.push(textOf(request, 'url')));
  wire.on('Log.entryAdded', ({ entry }) => complaints.push(textOf(entry, 'text')));
  for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await call(`${domain}.enable`);
  await call('Emulation.setScriptExecutionDisabled', { value: !scripts });
  const loaded = new Promise<void>((resolve) => wire.on('Page.loadEventFired', () => resolve()));
  await call('Page.navigate', { url });
  await loaded;
  return {
    requests,
    complaints,
    async evaluate(expression) {
      const { result } = await call('Runtime.evaluate', { expression, returnByValue: true });
      return isMessage(result) ? result['value'] : undefined;
    },
    async show({ width, dark }) {
      const size = { width, height: 900, deviceScaleFactor: 1, mobile: false };
      await call('Emulation.setDeviceMetricsOverride', size);
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      await call('Emulation.setEmulatedMedia', { features });
    },
    async picture() {
      const shot = await call('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(textOf(shot, 'data'), 'base64');
    },
  };
}

/** Commands and events of the DevTools protocol: JSON messages with a NUL behind each. */
class Wire {
  readonly #output: Writable;
  readonly #waiting = new Map<number, (answer: Message) => void>();
  readonly #listeners = new Map<string, (params: Message) => void>();
  #rest = '';
  #calls = 0;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    input.setEncoding('utf8').on('data', (text: string) => {
      const messages = (this.#rest + text).split('\0');
      this.#rest = messages.pop() ?? '';
      messages.forEach((message) => this.#receive(JSON.parse(message)));
    });
  }

  on(event: string, listener: (params: Message) => void): void {
    this.#listeners.set(event, listener);
  }

  async call(method: string, params: Message, sessionId?: unknown): Promise<Message> {
    const id = ++this.#calls;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { error, result } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return isMessage(result) ? result : {};
  }

  #receive(message: unknown): void {
    if (!isMessage(message)) return;
    const { id, method, params } = message;
    if (typeof id === 'number') this.#waiting.get(id)?.(message);
    if (typeof method === 'string' && isMessage(params)) this.#listeners.get(method)?.(params);
  }
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null;
}

function textOf(message: unknown, field: string): string {
  const value = isMessage(message) ? message[field] : undefined;
  return typeof value === 'string' ? value : '';
}

type Pipe = Readable | Writable | null | undefined;

function writableAt(pipe: Pipe): Writable {
  if (pipe && 'write' in pipe) return pipe;
  throw new Error('Chromium was started without a pipe to write to');
}

function readableAt(pipe: Pipe): Readable {
  if (pipe && 'read' in pipe) return pipe;
  throw new Error('Chromium was started without a pipe to read from');
}
