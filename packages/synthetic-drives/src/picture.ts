/** One camera image: 32-bit pixels (bytes R, G, B, 0) and the distance along the ray to what each pixel shows. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
  readonly distanceM: Float32Array;
}

export function makePicture(width: number, height: number): Picture {
  const count = width * height;
  return { width, height, pixels: new Uint32Array(count), distanceM: new Float32Array(count) };
}

/** Packs channels in 0..255; what is brighter than white is white. */
export function packRgb(r: number, g: number, b: number): number {
  return byte(r) | (byte(g) << 8) | (byte(b) << 16);
}

function byte(channel: number): number {
  return channel <= 0 ? 0 : channel >= 255 ? 255 : channel | 0;
}
