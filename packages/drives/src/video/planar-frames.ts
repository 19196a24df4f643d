import type { FrameFormat } from '@drivesweep/contracts';

/** ffmpeg's planar 8-bit formats: `gbrp` comes as G, B, R planes, `gray` as one. */
export function pixelFormatOf(colour: FrameFormat['colour']): 'gbrp' | 'gray' {
  return colour === 'grey' ? 'gray' : 'gbrp';
}

/** Where each plane of the stream goes in the frame: gbrp's G, B, R into R, G, B or B, G, R. */
const PLANE_ORDER: Readonly<Record<FrameFormat['colour'], readonly number[]>> = {
  rgb: [1, 2, 0],
  bgr: [1, 0, 2],
  grey: [0],
};

/**
 * Cuts ffmpeg's raw output into frames with the planes in the wanted order. Each byte is copied once, from the
 * pipe's chunk to its place in a new frame: nothing is transposed, and no frame is ever written to again.
 */
export class FrameAssembler {
  readonly #planeBytes: number;
  readonly #order: readonly number[];
  #frame: Uint8Array;
  #filled = 0;

  constructor(format: FrameFormat) {
    this.#planeBytes = format.height * format.width;
    this.#order = PLANE_ORDER[format.colour];
    this.#frame = this.#emptyFrame();
  }

  /** Frames that `chunk` completes. The chunk may be reused once the generator is done. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let at = 0; at < chunk.length;) {
      const plane = Math.floor(this.#filled / this.#planeBytes);
      const within = this.#filled % this.#planeBytes;
      const take = Math.min(chunk.length - at, this.#planeBytes - within);
      const place = (this.#order[plane] ?? 0) * this.#planeBytes + within;
      this.#frame.set(chunk.subarray(at, at + take), place);
      at += take;
      this.#filled += take;
      if (this.#filled < this.#frame.length) continue;
      const whole = this.#frame;
      this.#frame = this.#emptyFrame();
      this.#filled = 0;
      yield whole;
    }
  }

  #emptyFrame(): Uint8Array {
    return new Uint8Array(this.#order.length * this.#planeBytes);
  }
}
