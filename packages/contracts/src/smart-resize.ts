import type { PixelSize, SmartResizeRule } from './frames.ts';

/** Beyond this ratio of its sides Qwen's rule refuses a picture. */
const MAX_ASPECT = 200;

/**
 * The size to which Qwen's image processor brings a picture: both sides multiples of `factor`, as near to the given
 * size as rounding allows (halves to even), made smaller or larger, with about the same ratio, when there would be
 * more than `maxPixels` or fewer than `minPixels`.
 * Source of the rule: huggingface/transformers, src/transformers/models/qwen2_vl/image_processing_qwen2_vl.py.
 * @throws RangeError for sides that are not positive, or whose ratio is above 200
 */
export function smartResize(
  { height, width }: PixelSize,
  { factor, minPixels, maxPixels }: SmartResizeRule,
): PixelSize {
  const [long, short] = [Math.max(height, width), Math.min(height, width)];
  if (!(short > 0 && long / short <= MAX_ASPECT)) {
    throw new RangeError(`a picture of ${height}x${width} has no size by this rule`);
  }
  const rounded = {
    height: roundHalfToEven(height / factor) * factor,
    width: roundHalfToEven(width / factor) * factor,
  };
  const pixels = rounded.height * rounded.width;
  if (pixels > maxPixels) {
    const shrink = Math.sqrt((height * width) / maxPixels);
    const down = (side: number) => Math.max(factor, Math.floor(side / shrink / factor) * factor);
    return { height: down(height), width: down(width) };
  }
  if (pixels < minPixels) {
    const grow = Math.sqrt(minPixels / (height * width));
    const up = (side: number) => Math.ceil((side * grow) / factor) * factor;
    return { height: up(height), width: up(width) };
  }
  return rounded;
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
