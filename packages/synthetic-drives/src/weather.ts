import type { Rgb } from './agent.ts';

/** Weather and light. It changes what is seen and never what happens: the driver keeps to the same plan. */
export const WEATHERS = ['clear', 'overcast', 'evening', 'rain', 'fog', 'low_sun', 'dusk'] as const;
export type Weather = (typeof WEATHERS)[number];

/** As drawn by `sampleLook`: clear twice as often as the others. */
export const WEATHER_CHANCES: readonly [Weather, ...Weather[]] = ['clear', ...WEATHERS];

interface Sky {
  readonly top: Rgb;
  readonly horizon: Rgb;
  readonly ambient: Rgb;
  readonly sunStrength: number;
  /** Elevation of the sun, radians, and hours of the day at which this light is had. */
  readonly sunElevation: readonly [number, number];
  readonly hours: readonly [number, number];
  readonly hazeM: number;
  /** 1 where asphalt is wet: darker, and mirroring sky and lamps. */
  readonly wet: number;
  /** What the lamps of the ego vehicle add to the light of what they shine on, near by. */
  readonly beam: number;
  /** How much larger the glow of lamps is than by day. */
  readonly lampGlow: number;
  /** How bright the air around a sun ahead is, 0..255. */
  readonly glare: number;
  /** Against daylight: little light is amplified, and so is its noise. */
  readonly noise: number;
}

const BY_DAY = {
  sunElevation: [0.5, 1.1],
  hours: [8, 16],
  wet: 0,
  beam: 0,
  lampGlow: 1,
  glare: 0,
  noise: 1,
} as const;

export const SKIES: Readonly<Record<Weather, Sky>> = {
  clear: {
    ...BY_DAY,
    top: [72, 124, 198],
    horizon: [190, 212, 232],
    ambient: [0.6, 0.63, 0.7],
    sunStrength: 0.48,
    hazeM: 420,
  },
  overcast: {
    ...BY_DAY,
    top: [150, 158, 168],
    horizon: [204, 208, 212],
    ambient: [0.78, 0.79, 0.81],
    sunStrength: 0.14,
    hazeM: 260,
  },
  evening: {
    ...BY_DAY,
    top: [58, 78, 134],
    horizon: [236, 176, 124],
    ambient: [0.55, 0.48, 0.5],
    sunStrength: 0.42,
    sunElevation: [0.15, 0.3],
    hours: [18, 20],
    hazeM: 320,
  },
  rain: {
    ...BY_DAY,
    top: [112, 120, 130],
    horizon: [162, 168, 174],
    ambient: [0.6, 0.62, 0.65],
    sunStrength: 0.04,
    hazeM: 170,
    wet: 1,
    beam: 0.1,
    lampGlow: 1.2,
    noise: 1.2,
  },
  fog: {
    ...BY_DAY,
    top: [186, 190, 194],
    horizon: [198, 202, 205],
    ambient: [0.74, 0.75, 0.77],
    sunStrength: 0.03,
    hazeM: 105,
    lampGlow: 1.3,
  },
  low_sun: {
    ...BY_DAY,
    top: [98, 132, 186],
    horizon: [246, 214, 160],
    ambient: [0.5, 0.47, 0.46],
    sunStrength: 0.55,
    sunElevation: [0.07, 0.18],
    hours: [7, 8],
    hazeM: 300,
    glare: 120,
  },
  dusk: {
    ...BY_DAY,
    top: [24, 32, 62],
    horizon: [88, 84, 108],
    ambient: [0.3, 0.31, 0.37],
    sunStrength: 0,
    hours: [20, 21],
    hazeM: 280,
    beam: 0.55,
    lampGlow: 1.5,
    noise: 1.7,
  },
};
