import { project } from './camera.ts';
import type { Camera, CameraPose } from './camera.ts';
import { packRgb } from './picture.ts';
import type { Picture } from './picture.ts';
import type { SceneLook } from './scene-look.ts';
import { hashed } from './sensor.ts';

/** What is between the world and the camera: drops that fall, and the light of a sun that stands ahead. */

const DROPS_PER_PIXEL = 1 / 900;
const DROP_LIGHT = 34;
/** Of the picture's height. */
const LONGEST_DROP = 0.07;
const GLARE_RADIANS = 0.5;
const NOTHING_BEFORE_M = 1e6;
const SUN_M = 1e4;

/** Streaks of rain: others in every picture, the same in the same picture. */
export function drawRain(tS: number, camera: Camera, look: SceneLook, picture: Picture): void {
  if (look.wet === 0) return;
  const moment = hashed(look.grainSeed, Math.round(tS * 1000));
  const { pixels, width, height } = picture;
  const { left, top, sensor } = camera;
  const drops = Math.round(sensor.width * sensor.height * DROPS_PER_PIXEL);
  const longest = Math.max(2, Math.round(sensor.height * LONGEST_DROP));
  for (let drop = 0; drop < drops; drop++) {
    const at = hashed(moment, drop);
    const column = (at % sensor.width) - left;
    const row = ((at >>> 9) % sensor.height) - top;
    const length = 2 + ((at >>> 5) % longest);
    const light = DROP_LIGHT * (0.4 + 0.6 * ((at & 31) / 31));
    for (let k = 0; k < length; k++) {
      const [x, y] = [column + (k >> 3), row + k];
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const i = y * width + x;
      pixels[i] = lighter(pixels[i] ?? 0, light);
    }
  }
}

/** The sun's disc where nothing stands before it, and the glow around it that veils everything. */
export function drawGlare(
  camera: Camera,
  pose: CameraPose,
  look: SceneLook,
  picture: Picture,
): void {
  const [x, y, z] = look.sun;
  const r = pose.rotation;
  const isAhead = r[2] * x + r[5] * y + r[8] * z > 0.2;
  if (look.glare === 0 || !isAhead) return;
  const far = [pose.xM + SUN_M * x, pose.yM + SUN_M * y, pose.zM + SUN_M * z] as const;
  const { u, v } = project(camera, pose, ...far);
  const { pixels, distanceM, width, height } = picture;
  const radius = GLARE_RADIANS * camera.focal;
  const disc = 0.02 * camera.focal;
  for (let j = Math.max(0, Math.ceil(v - radius)); j <= Math.min(v + radius, height - 1); j++) {
    for (let i = Math.max(0, Math.ceil(u - radius)); i <= Math.min(u + radius, width - 1); i++) {
      const away = Math.hypot(i - u, j - v);
      if (away >= radius) continue;
      const near = 1 - away / radius;
      const k = j * width + i;
      const shines = away < disc && (distanceM[k] ?? 0) > NOTHING_BEFORE_M;
      pixels[k] = lighter(pixels[k] ?? 0, shines ? 255 : look.glare * near * near);
    }
  }
}

function lighter(pixel: number, light: number): number {
  return packRgb(
    (pixel & 255) + light,
    ((pixel >> 8) & 255) + light * 0.96,
    ((pixel >> 16) & 255) + light * 0.86,
  );
}
