import { smartResize } from '@drivesweep/contracts';
import type { FrameFormat, PixelSize } from '@drivesweep/contracts';

/** Why frames of this size must not be brought to the format, where its rule says so; null when they may. */
export function unsuitableSize(source: PixelSize, format: FrameFormat): string | null {
  const { smartResize: rule, height, width } = format;
  if (!rule) return null;
  const named = `the camera gives ${source.height}x${source.width}`;
  try {
    const chosen = smartResize(source, rule);
    if (chosen.height === height && chosen.width === width) return null;
    return `${named}, which the policy's own rule makes ${chosen.height}x${chosen.width}; its graph takes ${height}x${width}`;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${named}, which the policy's own rule does not take`;
  }
}
