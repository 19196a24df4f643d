import type { Rgb } from './agent.ts';
import type { Random } from './random.ts';

/** Light, weather and colours of a scene, and the facts of the recording that go with them. */
export interface SceneLook {
  readonly country: string;
  readonly month: number;
  readonly hourOfDay: number;
  readonly skyTop: Rgb;
  readonly skyHorizon: Rgb;
  readonly hills: Rgb;
  /** Unit vector towards the sun, world axes. */
  readonly sun: readonly [number, number, number];
  readonly sunStrength: number;
  readonly ambient: Rgb;
  readonly asphalt: Rgb;
  readonly verge: Rgb;
  readonly pavement: Rgb;
  readonly centreLine: Rgb;
  /** Distance at which two thirds of the colour are lost in haze. */
  readonly hazeM: number;
  readonly surroundings: 'town' | 'country';
  readonly grainSeed: number;
}

type Weather = 'clear' | 'overcast' | 'evening';

const SKIES: Readonly<
  Record<Weather, { top: Rgb; horizon: Rgb; ambient: Rgb; sunStrength: number; hazeM: number }>
> = {
  clear: {
    top: [72, 124, 198],
    horizon: [190, 212, 232],
    ambient: [0.6, 0.63, 0.7],
    sunStrength: 0.48,
    hazeM: 420,
  },
  overcast: {
    top: [150, 158, 168],
    horizon: [204, 208, 212],
    ambient: [0.78, 0.79, 0.81],
    sunStrength: 0.14,
    hazeM: 260,
  },
  evening: {
    top: [58, 78, 134],
    horizon: [236, 176, 124],
    ambient: [0.55, 0.48, 0.5],
    sunStrength: 0.42,
    hazeM: 320,
  },
};

/** Countries that drive on the right; the first ones paint their centre lines yellow. */
const YELLOW_LINES: readonly [string, ...string[]] = ['United States', 'Canada'];
const WHITE_LINES: readonly [string, ...string[]] = [
  'Germany',
  'France',
  'Sweden',
  'Spain',
  'Italy',
];

export function sampleLook(random: Random, surroundings: SceneLook['surroundings']): SceneLook {
  const weather = random.pick<Weather>(['clear', 'clear', 'overcast', 'evening']);
  const sky = SKIES[weather];
  const yellow = random.chance(0.4);
  const azimuth = random.uniform(0, 2 * Math.PI);
  const elevation = weather === 'evening' ? random.uniform(0.15, 0.3) : random.uniform(0.5, 1.1);
  const grey = random.uniform(68, 98);
  const green = random.uniform(0.8, 1.15);
  return {
    country: random.pick(yellow ? YELLOW_LINES : WHITE_LINES),
    month: random.int(1, 12),
    hourOfDay: weather === 'evening' ? random.int(18, 20) : random.int(8, 16),
    skyTop: sky.top,
    skyHorizon: sky.horizon,
    hills: surroundings === 'town' ? [128, 134, 142] : [92, 116, 104],
    sun: [
      Math.cos(azimuth) * Math.cos(elevation),
      Math.sin(azimuth) * Math.cos(elevation),
      Math.sin(elevation),
    ],
    sunStrength: sky.sunStrength,
    ambient: sky.ambient,
    asphalt: [grey, grey, grey + random.uniform(-2, 6)],
    verge: random.chance(0.25) ? [158, 142, 104] : [86 * green, 122 * green, 62 * green],
    pavement: [150, 147, 142],
    centreLine: yellow ? [222, 176, 48] : [232, 232, 228],
    hazeM: sky.hazeM * random.uniform(0.8, 1.3),
    surroundings,
    grainSeed: random.int(1, 1 << 30),
  };
}
