import type { Rgb } from './agent.ts';
import { ballAt, boxAt, lampAt } from './body.ts';
import type { Frame, Parts } from './body.ts';
import type { Road } from './road.ts';
import type { SceneryItem } from './scenery.ts';
import type { LightColour, TrafficLight } from './traffic-light.ts';
import type { Weather } from './weather.ts';

/** Things that stand beside the road and over it, as solids and lamps. */

const STEEL: Rgb = [72, 76, 80];
const HOUSING: Rgb = [30, 32, 34];
const TRUNK: Rgb = [88, 68, 50];
const PAPER: Rgb = [238, 236, 228];
const STREET_LAMP: Rgb = [255, 214, 150];

export function frameAt(road: Road, sM: number, dM: number, yawRoad = 0): Frame {
  const { xM, yM, yaw } = road.pointAt(sM, dM);
  return { x: xM, y: yM, cosYaw: Math.cos(yaw + yawRoad), sinYaw: Math.sin(yaw + yawRoad) };
}

export function drawScenery(parts: Parts, road: Road, item: SceneryItem, weather: Weather): void {
  const at = frameAt(road, item.sM, item.dM, item.yawRoad);
  const [lengthM, widthM, heightM] = item.size;
  const { solids, lamps } = parts;
  const isDark = weather === 'dusk';
  switch (item.kind) {
    case 'building':
      solids.push(
        boxAt(
          at,
          isDark ? 'walls_at_dusk' : 'walls',
          item.paint,
          0,
          0,
          heightM / 2,
          lengthM / 2,
          widthM / 2,
          heightM / 2,
        ),
      );
      return;
    case 'hedge':
      solids.push(
        boxAt(at, 'plain', item.paint, 0, 0, heightM / 2, lengthM / 2, widthM / 2, heightM / 2),
      );
      return;
    case 'tree': {
      const crown = heightM * 0.62;
      solids.push(boxAt(at, 'plain', TRUNK, 0, 0, heightM * 0.22, 0.16, 0.16, heightM * 0.22));
      solids.push(ballAt(at, item.paint, 0, 0, heightM - crown / 2, lengthM / 2, crown / 2));
      return;
    }
    case 'lamp_post':
      solids.push(boxAt(at, 'plain', item.paint, 0, 0, heightM / 2, 0.08, 0.08, heightM / 2));
      solids.push(
        boxAt(at, 'plain', item.paint, 0, Math.sign(-item.dM) * 0.6, heightM, 0.15, 0.7, 0.06),
      );
      if (isDark) {
        for (const facing of [1, -1] as const) {
          const y = Math.sign(-item.dM) * 0.9;
          lamps.push(lampAt(at, 0, y, heightM - 0.1, 0.16, STREET_LAMP, facing));
        }
      }
      return;
    case 'sign':
      solids.push(boxAt(at, 'plain', STEEL, 0, 0, heightM * 0.4, 0.04, 0.04, heightM * 0.4));
      solids.push(
        boxAt(at, 'plain', item.paint, 0, 0, heightM * 0.85, 0.04, widthM / 2, heightM * 0.17),
      );
      return;
    case 'billboard':
      for (const y of [-0.7, 0.7]) {
        solids.push(boxAt(at, 'plain', STEEL, 0.1, y, heightM / 4, 0.08, 0.08, heightM / 4));
      }
      solids.push(
        boxAt(at, 'plain', item.paint, 0, 0, heightM * 0.72, 0.08, widthM / 2, heightM * 0.28),
      );
      solids.push(boxAt(at, 'plain', PAPER, -0.1, 0, heightM * 0.72, 0.02, widthM / 3, 0.2));
      return;
    case 'neon':
      solids.push(boxAt(at, 'plain', STEEL, 0, 0, heightM / 2, 0.06, 0.06, heightM / 2));
      solids.push(boxAt(at, 'plain', HOUSING, 0, 0, heightM, 0.1, widthM / 2, 0.4));
      for (const y of [-0.3, 0, 0.3]) {
        lamps.push(lampAt(at, -0.12, y * widthM, heightM, 0.2, item.paint, -1));
      }
      return;
    case 'side_light':
      solids.push(boxAt(at, 'plain', STEEL, 0.2, 0, heightM / 2, 0.1, 0.1, heightM / 2));
      solids.push(boxAt(at, 'plain', HOUSING, 0, 0, heightM, 0.14, 0.45, HEAD_HALF_HEIGHT_M));
      lamps.push(lampAt(at, -0.17, 0, heightM + 0.68, LAMP_RADIUS_M, item.paint, -1));
      return;
  }
}

const LIT: Readonly<Record<LightColour, Rgb>> = {
  red: [255, 30, 22],
  amber: [255, 170, 20],
  green: [30, 235, 110],
};
const ORDER: readonly LightColour[] = ['red', 'amber', 'green'];

/** Twice the size of a real lamp: the pictures are small, and people see lights better than small pictures show them. */
const LAMP_RADIUS_M = 0.3;
const HEAD_HALF_HEIGHT_M = 1.05;
const HEAD_MIDDLE_M = 5.4;

/** A mast on the right with an arm over the ego lanes: one head over each lane of the direction, one beside the road. */
export function drawTrafficLight(
  parts: Parts,
  road: Road,
  light: TrafficLight,
  colour: LightColour,
): void {
  const { lanesAhead, laneWidthM, shoulderM } = road.shape;
  const edgeM = -lanesAhead * laneWidthM;
  const mastDM = edgeM - shoulderM - 0.6;
  const mast = frameAt(road, light.mastM, mastDM);
  const armM = laneWidthM / 2 - mastDM - laneWidthM;
  parts.solids.push(boxAt(mast, 'plain', STEEL, 0, 0, 3.4, 0.13, 0.13, 3.4));
  parts.solids.push(boxAt(mast, 'plain', STEEL, 0, armM / 2, 6.7, 0.08, armM / 2, 0.08));
  const heads = [
    { dM: mastDM, middleM: 3.3 },
    ...Array.from({ length: lanesAhead }, (_, lane) => ({
      dM: road.laneCentreM(lane),
      middleM: HEAD_MIDDLE_M,
    })),
  ];
  for (const { dM, middleM } of heads) {
    const at = frameAt(road, light.mastM - 0.3, dM);
    parts.solids.push(boxAt(at, 'plain', HOUSING, 0, 0, middleM, 0.14, 0.45, HEAD_HALF_HEIGHT_M));
    ORDER.forEach((lamp, i) => {
      if (lamp !== colour) return;
      const z = middleM + 0.68 * (1 - i);
      parts.lamps.push(lampAt(at, -0.17, 0, z, LAMP_RADIUS_M, LIT[lamp], -1));
    });
  }
}
