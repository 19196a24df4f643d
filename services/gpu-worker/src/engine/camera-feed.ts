import { DrivesweepError, FrameError } from '@drivesweep/contracts';
import type { DecodedFrame } from '@drivesweep/contracts';

/** Starts decoding wanted frames of one camera, in order. */
export type OpenStream = (frameIndices: readonly number[]) => AsyncIterable<DecodedFrame>;

/** Frames that did not come: from `from` up to but without `to`. */
interface LostFrames {
  readonly from: number;
  readonly to: number;
  readonly error: FrameError;
}

/**
 * The wanted frames of one camera of a drive, each decoded once and kept as long as a later window needs it.
 *
 * A frame that does not come is lost with those that depend on it; the stream is opened again behind them, so one
 * damaged stretch costs the windows that look at it and no others. Each such restart lies further on: there are at most
 * as many as there are frames.
 */
export class CameraFeed {
  readonly #open: OpenStream;
  readonly #wanted: readonly number[];
  readonly #kept = new Map<number, Uint8Array>();
  readonly #lost: LostFrames[] = [];
  readonly #account: (bytes: number) => void;
  #stream: AsyncIterator<DecodedFrame>;

  /** @param account told how many bytes of frames came (+) or went (-) */
  constructor(
    open: OpenStream,
    wanted: readonly number[],
    account: (bytes: number) => void = () => undefined,
  ) {
    this.#open = open;
    this.#wanted = wanted;
    this.#account = account;
    this.#stream = open(wanted)[Symbol.asyncIterator]();
  }

  /** Frames held in memory now. */
  get kept(): number {
    return this.#kept.size;
  }

  /** A wanted frame. Throws the FrameError of a lost one, and whatever else the stream throws. */
  async frame(frameIndex: number): Promise<Uint8Array> {
    for (;;) {
      const pixels = this.#kept.get(frameIndex);
      if (pixels) return pixels;
      const lost = this.#lost.find(({ from, to }) => from <= frameIndex && frameIndex < to);
      if (lost) throw lost.error;
      await this.#advance(frameIndex);
    }
  }

  /** Says that no later window needs a frame before this one. */
  dropBefore(frameIndex: number): void {
    for (const [kept, { byteLength }] of this.#kept) {
      if (kept >= frameIndex) continue;
      this.#kept.delete(kept);
      this.#account(-byteLength);
    }
  }

  async close(): Promise<void> {
    this.dropBefore(Infinity);
    await this.#stream.return?.();
  }

  async #advance(towards: number): Promise<void> {
    try {
      const next = await this.#stream.next();
      if (!next.done) {
        this.#kept.set(next.value.frameIndex, next.value.pixels);
        this.#account(next.value.pixels.byteLength);
        return;
      }
    } catch (thrown) {
      if (!(thrown instanceof FrameError)) throw thrown;
      this.#lose(thrown);
      return;
    }
    throw new DrivesweepError('INTERNAL', `the decoder ended before frame ${towards}`);
  }

  #lose(error: FrameError): void {
    const from = error.frameIndex;
    const to = error.resumeAtFrame === null ? Infinity : Math.max(error.resumeAtFrame, from + 1);
    this.#lost.push({ from, to, error });
    this.#stream = this.#open(this.#wanted.filter((index) => index >= to))[Symbol.asyncIterator]();
  }
}
