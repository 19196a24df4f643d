import type { Rgb } from './agent.ts';
import type { Random } from './random.ts';
import { sampleSensor } from './sensor.ts';
import type { SensorTraits } from './sensor.ts';
import { SKIES, WEATHER_CHANCES } from './weather.ts';
import type { Weather } from './weather.ts';

/** Light, weather and colours of a scene, and the facts of the recording that go with them. */
export interface SceneLook {
  readonly weather: Weather;
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
  /** As of the weather: see there. */
  readonly wet: number;
  readonly beam: number;
  readonly lampGlow: number;
  readonly glare: number;
  readonly sensor: SensorTraits;
}

/** Countries that drive on the right; the first ones paint their centre lines yellow. */
const YELLOW_LINES: readonly [string, ...string[]] = ['United States', 'Canada'];
const WHITE_LINES: readonly [string, ...string[]] = [
  'Germany',
  'France',
  'Sweden',
  'Spain',
  'Italy',
];

/** How far from straight ahead, radians, a low sun stands at the start of a drive. */
const LOW_SUN_ASIDE = 0.7;

export function sampleLook(random: Random, surroundings: SceneLook['surroundings']): SceneLook {
  // A stream of its own, as everything that came later: what was drawn before stays as it was.
  const ofWeather = random.fork('weather');
  const weather = ofWeather.pick(WEATHER_CHANCES);
  const sky = SKIES[weather];
  random.next(); // What the weather was drawn from when there were three kinds of it.
  const yellow = random.chance(0.4);
  const anywhere = random.uniform(0, 2 * Math.PI);
  const azimuth =
    weather === 'low_sun' ? ofWeather.uniform(-LOW_SUN_ASIDE, LOW_SUN_ASIDE) : anywhere;
  const elevation = random.uniform(...sky.sunElevation);
  const grey = random.uniform(68, 98) * (1 - 0.42 * sky.wet);
  const green = random.uniform(0.8, 1.15);
  return {
    weather,
    country: random.pick(yellow ? YELLOW_LINES : WHITE_LINES),
    month: random.int(1, 12),
    hourOfDay: random.int(...sky.hours),
    skyTop: sky.top,
    skyHorizon: sky.horizon,
    hills: weather === 'fog' ? sky.horizon : hillsOf(surroundings, sky.ambient),
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
    ...{ wet: sky.wet, beam: sky.beam, lampGlow: sky.lampGlow, glare: sky.glare },
    sensor: sampleSensor(random.fork('sensor'), sky.noise),
  };
}

function hillsOf(surroundings: SceneLook['surroundings'], [, light]: Rgb): Rgb {
  const share = Math.min(light / 0.48, 1);
  const [r, g, b] = surroundings === 'town' ? [128, 134, 142] : [92, 116, 104];
  return [r * share, g * share, b * share];
}
