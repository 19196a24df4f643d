import type { Rgb } from './agent.ts';
import type { Solid } from './body.ts';
import { hashed } from './sensor.ts';

/** Where a ray meets a box, in the box's own axes. Reused for every pixel. */
export interface FaceHit {
  axis: 0 | 1 | 2;
  sign: number;
  x: number;
  y: number;
  z: number;
}

const TYRE: Rgb = [22, 22, 24];
const SILL: Rgb = [36, 36, 38];
const PLATE: Rgb = [216, 214, 200];
const GLASS: Rgb = [48, 58, 68];
const SEAM: Rgb = [120, 120, 118];
const WINDOW: Rgb = [66, 76, 88];
/** Brighter than any paint: it shines in what little light there is. */
const LIT_WINDOW: Rgb = [680, 540, 330];
const ROOF: Rgb = [96, 78, 72];
const PLINTH: Rgb = [118, 112, 104];

/** Colour of a face where it is hit: windows, wheels, plates, panels. Only places; light comes later. */
export function paintFace(solid: Solid, hit: FaceHit): Rgb {
  switch (solid.surface) {
    case 'car_body':
      return carBody(solid, hit);
    case 'cabin':
      return cabin(solid, hit);
    case 'cargo':
      return cargo(solid, hit);
    case 'bus':
      return bus(solid, hit);
    case 'walls':
      return walls(solid, hit, WINDOW);
    case 'walls_at_dusk':
      return walls(solid, hit, isLit(solid, hit) ? LIT_WINDOW : WINDOW);
    case 'plain':
    case 'shadow':
      return solid.paint;
  }
}

function carBody({ paint, hx, hz }: Solid, hit: FaceHit): Rgb {
  const heightM = hit.z + hz;
  if (hit.axis === 1 && isWheel(hit.x, heightM, hx)) return TYRE;
  if (hit.axis !== 2 && heightM < 0.26) return SILL;
  // Number plate behind, grille before.
  const isMiddle = Math.abs(hit.y) < 0.3 && heightM > 0.42 && heightM < 0.58;
  if (hit.axis === 0 && isMiddle) return hit.sign < 0 ? PLATE : SILL;
  // The windscreen of a lorry; other vehicles have theirs in the cabin.
  if (hit.axis === 0 && hit.sign > 0 && heightM > 1.5 && heightM < 2.5) return GLASS;
  return paint;
}

function isWheel(x: number, heightM: number, halfLengthM: number): boolean {
  const dx = Math.abs(x) - halfLengthM * 0.62;
  return dx * dx + (heightM - 0.32) * (heightM - 0.32) < 0.105;
}

function cabin({ paint, hx, hy, hz }: Solid, hit: FaceHit): Rgb {
  const isRoof = hit.axis === 2 || hit.z / hz > 0.72;
  const isPillar = hit.axis === 1 && Math.abs(hit.x) > 0.08 && Math.abs(hit.x) < 0.16;
  const fromEdgeM = hit.axis === 1 ? hx - Math.abs(hit.x) : hy - Math.abs(hit.y);
  return isRoof || isPillar || fromEdgeM < 0.11 ? paint : GLASS;
}

function cargo({ paint, hx, hz }: Solid, hit: FaceHit): Rgb {
  const heightM = hit.z + hz;
  if (heightM < 0.75 && hit.axis !== 2) {
    const isTyre = hit.axis === 1 && Math.abs(Math.abs(hit.x) - hx * 0.6) < 0.55;
    return isTyre && heightM < 0.6 ? TYRE : SILL;
  }
  return hit.axis === 0 && Math.abs(hit.y) < 0.03 ? SEAM : paint;
}

function bus({ paint, hx, hz }: Solid, hit: FaceHit): Rgb {
  const heightM = hit.z + hz;
  if (hit.axis === 1 && heightM < 0.9 && isWheel(hit.x, heightM * 0.8, hx)) return TYRE;
  const isFrame = hit.axis === 1 && Math.abs(((hit.x + 20) % 1.6) - 0.8) < 0.07;
  return hit.axis !== 2 && heightM > 1.25 && heightM < 2.45 && !isFrame ? GLASS : paint;
}

function walls({ paint, hz }: Solid, hit: FaceHit, window: Rgb): Rgb {
  if (hit.axis === 2) return ROOF;
  const along = hit.axis === 0 ? hit.y : hit.x;
  const heightM = hit.z + hz;
  if (heightM < 0.7) return PLINTH;
  const column = (((along % 2.8) + 2.8) % 2.8) - 1.4;
  const row = (heightM % 3.1) - 1.7;
  return Math.abs(column) < 0.6 && Math.abs(row) < 0.75 ? window : paint;
}

/** Whether somebody is at home behind a window: about one in three. */
function isLit({ hz, x, y }: Solid, hit: FaceHit): boolean {
  const along = Math.floor((hit.axis === 0 ? hit.y : hit.x) / 2.8);
  const floor = Math.floor((hit.z + hz) / 3.1);
  return hashed(Math.round(7 * x + 3 * y) + 64 * floor, along) % 3 === 0;
}
