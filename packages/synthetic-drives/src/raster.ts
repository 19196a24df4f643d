import type { Rgb } from './agent.ts';
import type { Lamp, Solid } from './body.ts';
import { project } from './camera.ts';
import type { Camera, CameraPose } from './camera.ts';
import type { Picture } from './picture.ts';
import { beamOf, nearness } from './headlights.ts';
import { packRgb } from './picture.ts';
import type { SceneLook } from './scene-look.ts';
import { paintFace } from './surface.ts';
import type { FaceHit } from './surface.ts';

/** Rays further from the axis than this see nothing in any camera; keeps bounding boxes away from the pole behind. */
const WIDEST_ANGLE = 1.45;
const CORNERS = [-1, 1].flatMap((x) =>
  [-1, 1].flatMap((y) => [-1, 1].map((z) => [x, y, z] as const)),
);
const EDGES = CORNERS.flatMap((a, i) =>
  CORNERS.slice(i + 1)
    .filter((b) => a.filter((c, k) => c !== b[k]).length === 1)
    .map((b) => [a, b] as const),
);

interface Rectangle {
  u0: number;
  u1: number;
  v0: number;
  v1: number;
}

interface LampPlace {
  readonly u: number;
  readonly v: number;
  readonly distanceM: number;
  /** Distance to what the picture shows there. */
  readonly shownM: number;
}

/**
 * Draws solids into a picture by cutting the ray of every pixel inside a solid's bounding rectangle with it, so that
 * the f-theta projection is exact. What is nearer wins.
 */
export class Rasterizer {
  readonly #camera: Camera;
  readonly #look: SceneLook;
  readonly #beam: number;
  /** The largest angle from the axis that the picture shows. */
  readonly #widest: number;
  readonly #rectangle: Rectangle = { u0: 0, u1: 0, v0: 0, v1: 0 };
  readonly #faceLight = new Float64Array(6);
  readonly #hit: FaceHit = { axis: 0, sign: 1, x: 0, y: 0, z: 0 };

  constructor(camera: Camera, look: SceneLook) {
    this.#camera = camera;
    this.#look = look;
    this.#beam = beamOf(camera, look);
    const { width, height, cx, cy, focal } = camera;
    const aside = Math.max(cx, width - 1 - cx);
    this.#widest = Math.hypot(aside, Math.max(cy, height - 1 - cy)) / focal;
  }

  /** Nearest first, so that what is hidden is not computed. */
  drawSolids(picture: Picture, pose: CameraPose, solids: readonly Solid[]): void {
    const seen = solids
      .map((solid) => {
        const distanceM = Math.hypot(solid.x - pose.xM, solid.y - pose.yM, solid.z - pose.zM);
        return { solid, distanceM, radiusM: Math.hypot(solid.hx, solid.hy, solid.hz) };
      })
      .filter(({ solid, distanceM, radiusM }) => this.#mayBeSeen(pose, solid, distanceM, radiusM))
      .sort((a, b) => a.distanceM - b.distanceM);
    const shadows = seen.filter(({ solid }) => solid.surface === 'shadow');
    const rest = seen.filter(({ solid }) => solid.surface !== 'shadow');
    for (const { solid, distanceM, radiusM } of [...shadows, ...rest]) {
      this.#bound(pose, solid, distanceM < 3 * radiusM);
      if (solid.shape === 'ball') this.#ball(picture, pose, solid);
      else this.#box(picture, pose, solid, Math.max(distanceM - radiusM, 0));
    }
  }

  /** Lamps shine over what is around them, unless something stands before them; a wet road mirrors them. */
  drawLamps(picture: Picture, pose: CameraPose, lamps: readonly Lamp[]): void {
    for (const lamp of lamps) {
      if (this.#look.wet > 0) this.#mirror(picture, pose, lamp);
      this.#lamp(picture, pose, lamp);
    }
  }

  #mayBeSeen(pose: CameraPose, solid: Solid, distanceM: number, radiusM: number): boolean {
    if (distanceM > 1.6 * this.#look.hazeM) return false;
    if (distanceM < radiusM + 0.5) return true;
    const [dx, dy, dz] = [solid.x - pose.xM, solid.y - pose.yM, solid.z - pose.zM];
    const r = pose.rotation;
    const cosine = (r[2] * dx + r[5] * dy + r[8] * dz) / distanceM;
    const angle = Math.acos(Math.min(Math.max(cosine, -1), 1));
    const margin = Math.asin(Math.min(radiusM / distanceM, 1));
    return (
      angle < Math.min(this.#widest + margin, WIDEST_ANGLE + margin) && radiusM / distanceM > 0.0012
    );
  }

  #bound(pose: CameraPose, solid: Solid, isNear: boolean): void {
    const box = this.#rectangle;
    box.u0 = box.v0 = Infinity;
    box.u1 = box.v1 = -Infinity;
    for (const [x, y, z] of CORNERS) this.#include(pose, solid, x, y, z);
    // Straight edges are curved in the picture: near by, follow them.
    if (isNear) {
      for (const [a, b] of EDGES) {
        for (let f = 0.125; f < 1; f += 0.125) {
          this.#include(pose, solid, mix(a[0], b[0], f), mix(a[1], b[1], f), mix(a[2], b[2], f));
        }
      }
    }
    const { width, height } = this.#camera;
    const margin = isNear ? 3 : 1;
    box.u0 = Math.max(Math.floor(box.u0) - margin, 0);
    box.v0 = Math.max(Math.floor(box.v0) - margin, 0);
    box.u1 = Math.min(Math.ceil(box.u1) + margin, width - 1);
    box.v1 = Math.min(Math.ceil(box.v1) + margin, height - 1);
  }

  #include(pose: CameraPose, solid: Solid, x: number, y: number, z: number): void {
    const [lx, ly] = [x * solid.hx, y * solid.hy];
    const wx = solid.x + solid.cosYaw * lx - solid.sinYaw * ly;
    const wy = solid.y + solid.sinYaw * lx + solid.cosYaw * ly;
    const { u, v } = project(this.#camera, pose, wx, wy, solid.z + z * solid.hz);
    const box = this.#rectangle;
    if (u < box.u0) box.u0 = u;
    if (u > box.u1) box.u1 = u;
    if (v < box.v0) box.v0 = v;
    if (v > box.v1) box.v1 = v;
  }

  #box(picture: Picture, pose: CameraPose, solid: Solid, nearestM: number): void {
    const { rays } = this.#camera;
    const { width, pixels, distanceM } = picture;
    const { u0, u1, v0, v1 } = this.#rectangle;
    const { cosYaw: c, sinYaw: n, hx, hy, hz } = solid;
    const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = pose.rotation;
    // World to box: turn by -yaw. The rows below are box from camera.
    const [b0, b1, b2] = [c * r0 + n * r3, c * r1 + n * r4, c * r2 + n * r5];
    const [b3, b4, b5] = [c * r3 - n * r0, c * r4 - n * r1, c * r5 - n * r2];
    const [ex, ey] = [pose.xM - solid.x, pose.yM - solid.y];
    const [ox, oy, oz] = [c * ex + n * ey, c * ey - n * ex, pose.zM - solid.z];
    this.#lightFaces(solid);
    const isShadow = solid.surface === 'shadow';
    const hit = this.#hit;
    for (let v = v0; v <= v1; v++) {
      for (let u = u0; u <= u1; u++) {
        const i = v * width + u;
        const depth = distanceM[i] ?? 0;
        if (depth < nearestM) continue;
        const k = i * 3;
        const x = rays[k] ?? 0;
        const y = rays[k + 1] ?? 0;
        const z = rays[k + 2] ?? 0;
        const ix = 1 / (b0 * x + b1 * y + b2 * z);
        const iy = 1 / (b3 * x + b4 * y + b5 * z);
        const iz = 1 / (r6 * x + r7 * y + r8 * z);
        const x1 = ((ix > 0 ? -hx : hx) - ox) * ix;
        const x2 = ((ix > 0 ? hx : -hx) - ox) * ix;
        const y1 = ((iy > 0 ? -hy : hy) - oy) * iy;
        const y2 = ((iy > 0 ? hy : -hy) - oy) * iy;
        const z1 = ((iz > 0 ? -hz : hz) - oz) * iz;
        const z2 = ((iz > 0 ? hz : -hz) - oz) * iz;
        const enter = x1 > y1 ? (x1 > z1 ? x1 : z1) : y1 > z1 ? y1 : z1;
        const leave = x2 < y2 ? (x2 < z2 ? x2 : z2) : y2 < z2 ? y2 : z2;
        if (!(enter < leave) || enter < 0.05) continue;
        if (isShadow) {
          // On the ground within a few millimetres, so that only what is nearer than the ground hides it.
          if (enter < depth * 1.05) pixels[i] = darker(pixels[i] ?? 0);
          continue;
        }
        if (enter >= depth) continue;
        hit.axis = enter === x1 ? 0 : enter === y1 ? 1 : 2;
        hit.sign = (hit.axis === 0 ? ix : hit.axis === 1 ? iy : iz) > 0 ? -1 : 1;
        hit.x = ox + enter / ix;
        hit.y = oy + enter / iy;
        hit.z = oz + enter / iz;
        distanceM[i] = enter;
        const face = hit.axis * 2 + (hit.sign > 0 ? 1 : 0);
        const nz = hit.axis === 2 ? hit.sign : 0;
        pixels[i] = this.#lit(paintFace(solid, hit), this.#faceLight[face] ?? 0, nz, enter);
      }
    }
  }

  #ball(picture: Picture, pose: CameraPose, solid: Solid): void {
    const { rays } = this.#camera;
    const { width, pixels, distanceM } = picture;
    const { u0, u1, v0, v1 } = this.#rectangle;
    const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = pose.rotation;
    const squash = solid.hx / solid.hz;
    const [ox, oy, oz] = [pose.xM - solid.x, pose.yM - solid.y, (pose.zM - solid.z) * squash];
    const c = ox * ox + oy * oy + oz * oz - solid.hx * solid.hx;
    const { sun } = this.#look;
    for (let v = v0; v <= v1; v++) {
      for (let u = u0; u <= u1; u++) {
        const i = v * width + u;
        const k = i * 3;
        const x = rays[k] ?? 0;
        const y = rays[k + 1] ?? 0;
        const z = rays[k + 2] ?? 0;
        const dx = r0 * x + r1 * y + r2 * z;
        const dy = r3 * x + r4 * y + r5 * z;
        const dz = (r6 * x + r7 * y + r8 * z) * squash;
        const a = dx * dx + dy * dy + dz * dz;
        const b = ox * dx + oy * dy + oz * dz;
        const root = b * b - a * c;
        if (root <= 0) continue;
        const t = (-b - Math.sqrt(root)) / a;
        if (t < 0.05 || t >= (distanceM[i] ?? 0)) continue;
        // Leaves: a little lighter and darker from pixel to pixel.
        const speckle = 0.02 * (((u * 7 + v * 13) % 5) - 2);
        const nx = (ox + t * dx) / solid.hx;
        const ny = (oy + t * dy) / solid.hx;
        const nz = (oz + t * dz) / solid.hx;
        distanceM[i] = t;
        const sunlight = this.#sunlight(nx * sun[0] + ny * sun[1] + nz * sun[2]) + speckle;
        pixels[i] = this.#lit(solid.paint, sunlight, nz, t);
      }
    }
  }

  /** Sunlight on each face of a box: -x, +x, -y, +y, -z, +z. */
  #lightFaces({ cosYaw: c, sinYaw: n }: Solid): void {
    const [x, y, z] = this.#look.sun;
    const forward = c * x + n * y;
    const left = c * y - n * x;
    [-forward, forward, -left, left, -z, z].forEach((facing, face) => {
      this.#faceLight[face] = this.#sunlight(facing);
    });
  }

  #sunlight(facing: number): number {
    return facing > 0 ? this.#look.sunStrength * facing : 0;
  }

  /** Colour in sun and sky light, behind the haze between it and the camera; `nz` is how far it faces up. */
  #lit(paint: Rgb, sunlight: number, nz: number, distanceM: number): number {
    const { ambient, hazeM, skyHorizon } = this.#look;
    const sky = 0.82 + 0.18 * nz;
    const direct = this.#beam > 0 ? sunlight + this.#beam * nearness(distanceM) : sunlight;
    const far = distanceM / hazeM;
    const clear = 1 / (1 + far * far * 2);
    const veil = 1 - clear;
    return packRgb(
      paint[0] * (ambient[0] * sky + direct) * clear + skyHorizon[0] * veil,
      paint[1] * (ambient[1] * sky + direct) * clear + skyHorizon[1] * veil,
      paint[2] * (ambient[2] * sky + direct) * clear + skyHorizon[2] * veil,
    );
  }

  #lamp(picture: Picture, pose: CameraPose, lamp: Lamp): void {
    const seen = this.#projected(picture, pose, lamp, lamp.z);
    if (!seen || seen.shownM < seen.distanceM - 0.6) return;
    this.#shine(picture, lamp, seen, this.#look.lampGlow, [1, 0.55]);
  }

  /** The lamp as far below the ground as it is above it, where the picture shows the ground. */
  #mirror(picture: Picture, pose: CameraPose, lamp: Lamp): void {
    const seen = this.#projected(picture, pose, lamp, -lamp.z);
    if (!seen) return;
    const groundM = (seen.distanceM * pose.zM) / (pose.zM + lamp.z);
    if (Math.abs(seen.shownM - groundM) > 0.05 * groundM) return;
    this.#shine(picture, lamp, seen, 2.2, [0.34 * this.#look.wet, 0.22 * this.#look.wet]);
  }

  /** Where a lamp (or its mirror image) is in the picture, and how far away is what is shown there. */
  #projected(picture: Picture, pose: CameraPose, lamp: Lamp, z: number): LampPlace | null {
    const [dx, dy] = [pose.xM - lamp.x, pose.yM - lamp.y];
    const { u, v, distanceM } = project(this.#camera, pose, lamp.x, lamp.y, z);
    const facing = (lamp.dirX * dx + lamp.dirY * dy) / distanceM;
    if (facing < 0.1 || distanceM > 160) return null;
    const { width, height } = picture;
    if (u < 0 || v < 0 || u > width - 1 || v > height - 1) return null;
    const shownM = picture.distanceM[Math.round(v) * width + Math.round(u)] ?? 0;
    return { u, v, distanceM, shownM };
  }

  #shine(
    picture: Picture,
    lamp: Lamp,
    { u, v, distanceM }: LampPlace,
    spread: number,
    [inside, around]: readonly [number, number],
  ): void {
    const { width, height } = picture;
    const angular = lamp.radiusM / distanceM;
    const core = Math.max(angular, 0.0035) * this.#camera.focal;
    const glow = (core * 1.9 + 0.6) * spread;
    for (let y = Math.max(Math.ceil(v - glow), 0); y <= Math.min(v + glow, height - 1); y++) {
      for (let x = Math.max(Math.ceil(u - glow), 0); x <= Math.min(u + glow, width - 1); x++) {
        const radius = Math.hypot(x - u, y - v);
        const share =
          radius <= core ? inside : Math.max(0, (1 - (radius - core) / (glow - core)) * around);
        const i = y * width + x;
        picture.pixels[i] = blend(picture.pixels[i] ?? 0, lamp.colour, share);
      }
    }
  }
}

function mix(a: number, b: number, f: number): number {
  return a + (b - a) * f;
}

function darker(pixel: number): number {
  return packRgb((pixel & 255) * 0.55, ((pixel >> 8) & 255) * 0.55, ((pixel >> 16) & 255) * 0.55);
}

function blend(pixel: number, [r, g, b]: Rgb, share: number): number {
  const keep = 1 - share;
  return packRgb(
    (pixel & 255) * keep + r * share,
    ((pixel >> 8) & 255) * keep + g * share,
    ((pixel >> 16) & 255) * keep + b * share,
  );
}
