import { DrivesweepError } from '@drivesweep/contracts';
import type { FrameSize } from './video-tools.ts';

/** Segments that tell the size of the picture: start of frame, in all its codings. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Width and height that a JPEG (ITU-T T.81, annex B) says of itself. @throws FRAME_UNDECODABLE */
export function jpegSize(bytes: Uint8Array, name: string): FrameSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 <= bytes.length && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (isFrameHeader(marker)) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  throw new DrivesweepError('FRAME_UNDECODABLE', `${name} is not a JPEG with a size`);
}
