import type { Agent, AgentState, Rgb } from './agent.ts';

/** How the faces of a box are painted. */
type Surface =
  'plain' | 'car_body' | 'cabin' | 'cargo' | 'bus' | 'walls' | 'walls_at_dusk' | 'shadow';

/** A solid to draw, in world coordinates: a box that is turned about z, or an ellipsoid. */
export interface Solid {
  readonly shape: 'box' | 'ball';
  readonly surface: Surface;
  readonly paint: Rgb;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly cosYaw: number;
  readonly sinYaw: number;
  /** Half sizes along its own x, y, z. */
  readonly hx: number;
  readonly hy: number;
  readonly hz: number;
}

/** A light that shines: drawn with a glow, so that it can be seen from where a driver would see it. */
export interface Lamp {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radiusM: number;
  readonly colour: Rgb;
  /** Direction that it shines into; it is not seen from behind. */
  readonly dirX: number;
  readonly dirY: number;
}

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly cosYaw: number;
  readonly sinYaw: number;
}

export interface Parts {
  readonly solids: Solid[];
  readonly lamps: Lamp[];
}

const TYRES: Rgb = [26, 26, 28];
const SKIN: Rgb = [206, 160, 128];
const BRAKE: Rgb = [255, 36, 24];
const TAIL: Rgb = [132, 22, 20];
const AMBER: Rgb = [255, 156, 24];
const HEAD: Rgb = [250, 246, 226];

/** Appends what an agent looks like at a time. */
export function drawAgent(
  parts: Parts,
  agent: Agent,
  state: AgentState,
  at: Frame,
  tS: number,
): void {
  if (agent.look.kind === 'person') drawPerson(parts, agent, agent.look, state, at, tS);
  else if (agent.look.kind === 'cyclist') drawCyclist(parts, agent, agent.look, at);
  else if (agent.look.kind === 'cone') drawCone(parts, agent, at);
  else drawVehicle(parts, agent, agent.look, state, at, tS);
}

type LookOf<K extends Agent['look']['kind']> = Extract<Agent['look'], { kind: K }>;

function drawVehicle(
  parts: Parts,
  { lengthM, widthM, heightM }: Agent,
  { body, paint }: LookOf<'vehicle'>,
  state: AgentState,
  at: Frame,
  tS: number,
): void {
  const add = (
    surface: Surface,
    colour: Rgb,
    box: readonly [number, number, number, number, number, number],
  ) => parts.solids.push(boxAt(at, surface, colour, ...box));
  add('shadow', TYRES, [0, 0, 0.02, lengthM / 2 + 0.25, widthM / 2 + 0.25, 0.015]);
  const [l, w] = [lengthM / 2, widthM / 2];
  // Boxes: middle x, y, z and half sizes in the vehicle's own frame.
  if (body === 'truck') {
    add('car_body', paint, [l - 1.1, 0, heightM * 0.42, 1.1, w, heightM * 0.42]);
    add('cargo', [214, 214, 210], [-1.15, 0, heightM / 2, l - 1.15, w, heightM / 2]);
  } else if (body === 'bus') {
    add('bus', paint, [0, 0, heightM / 2, l, w, heightM / 2]);
  } else {
    const beltM = body === 'van' ? 1.15 : body === 'suv' ? 1.02 : 0.86;
    const cabin = body === 'van' ? [-0.35, 2.2] : body === 'suv' ? [-0.45, 1.75] : [-0.35, 1.35];
    const roof = (heightM - beltM) / 2;
    add('car_body', paint, [0, 0, beltM / 2, l, w, beltM / 2]);
    add('cabin', paint, [cabin[0] ?? 0, 0, beltM + roof, cabin[1] ?? 1, w * 0.88, roof]);
  }
  const lampM = body === 'truck' || body === 'bus' ? 0.95 : 0.72;
  const lamp = (x: number, y: number, z: number, radiusM: number, colour: Rgb, facing: 1 | -1) =>
    parts.lamps.push(lampAt(at, x, y, z, radiusM, colour, facing));
  const isParked = state.speedMps === 0 && !state.braking && state.indicator === null;
  if (isParked) return;
  for (const side of [1, -1] as const) {
    const y = side * (w - 0.28);
    lamp(-l - 0.02, y, lampM, state.braking ? 0.24 : 0.14, state.braking ? BRAKE : TAIL, -1);
    if (state.speedMps > 0 || state.braking) lamp(l + 0.02, y, lampM - 0.05, 0.13, HEAD, 1);
    const blinks = state.indicator === 'both' || state.indicator === (side > 0 ? 'left' : 'right');
    if (blinks && (tS * 1.5) % 1 < 0.6) {
      lamp(-l - 0.04, side * (w - 0.1), lampM, 0.2, AMBER, -1);
      lamp(l + 0.04, side * (w - 0.1), lampM, 0.2, AMBER, 1);
    }
  }
  if (state.braking && body !== 'truck') lamp(-l * 0.9, 0, heightM - 0.25, 0.13, BRAKE, -1);
}

function drawPerson(
  parts: Parts,
  { heightM }: Agent,
  { coat, trousers }: LookOf<'person'>,
  state: AgentState,
  at: Frame,
  tS: number,
): void {
  const stride =
    state.speedMps > 0.2 ? 0.26 * Math.sin(2 * Math.PI * state.speedMps * 0.75 * tS) : 0;
  const [hip, shoulder] = [heightM * 0.48, heightM * 0.84];
  const add = (colour: Rgb, box: readonly [number, number, number, number, number, number]) =>
    parts.solids.push(boxAt(at, 'plain', colour, ...box));
  parts.solids.push(boxAt(at, 'shadow', TYRES, 0, 0, 0.02, 0.4, 0.35, 0.015));
  add(trousers, [stride, 0.1, hip / 2, 0.1, 0.09, hip / 2]);
  add(trousers, [-stride, -0.1, hip / 2, 0.1, 0.09, hip / 2]);
  add(coat, [0, 0, (hip + shoulder) / 2, 0.15, 0.27, (shoulder - hip) / 2]);
  add(coat, [-stride * 0.8, 0.32, (hip + shoulder) / 2 + 0.03, 0.07, 0.06, (shoulder - hip) / 2]);
  add(coat, [stride * 0.8, -0.32, (hip + shoulder) / 2 + 0.03, 0.07, 0.06, (shoulder - hip) / 2]);
  const head = heightM - shoulder;
  parts.solids.push(ballAt(at, SKIN, 0, 0, shoulder + head / 2 + 0.02, 0.12, head / 2));
}

function drawCyclist(
  parts: Parts,
  { heightM }: Agent,
  { coat, frame }: LookOf<'cyclist'>,
  at: Frame,
): void {
  const add = (colour: Rgb, box: readonly [number, number, number, number, number, number]) =>
    parts.solids.push(boxAt(at, 'plain', colour, ...box));
  parts.solids.push(boxAt(at, 'shadow', TYRES, 0, 0, 0.02, 0.9, 0.3, 0.015));
  for (const x of [-0.52, 0.52]) add(TYRES, [x, 0, 0.34, 0.3, 0.03, 0.34]);
  add(frame, [0, 0, 0.62, 0.5, 0.03, 0.07]);
  add(frame, [0.42, 0, 0.95, 0.05, 0.24, 0.04]);
  add([52, 54, 62], [0, 0, 0.72, 0.13, 0.14, 0.24]);
  add(coat, [0.06, 0, heightM * 0.67, 0.18, 0.22, heightM * 0.16]);
  parts.solids.push(ballAt(at, SKIN, 0.16, 0, heightM - 0.13, 0.12, 0.13));
  parts.lamps.push(lampAt(at, -0.85, 0, 0.6, 0.05, TAIL, -1));
}

function drawCone(parts: Parts, { heightM }: Agent, at: Frame): void {
  const orange: Rgb = [238, 98, 24];
  parts.solids.push(boxAt(at, 'plain', orange, 0, 0, 0.03, 0.22, 0.22, 0.03));
  parts.solids.push(boxAt(at, 'plain', orange, 0, 0, heightM * 0.25, 0.15, 0.15, heightM * 0.25));
  parts.solids.push(
    boxAt(at, 'plain', [240, 240, 236], 0, 0, heightM * 0.6, 0.1, 0.1, heightM * 0.12),
  );
  parts.solids.push(boxAt(at, 'plain', orange, 0, 0, heightM * 0.85, 0.06, 0.06, heightM * 0.15));
}

/** A box whose middle is at (x, y, z) of a frame on the ground. */
export function boxAt(
  at: Frame,
  surface: Surface,
  paint: Rgb,
  x: number,
  y: number,
  z: number,
  hx: number,
  hy: number,
  hz: number,
): Solid {
  return {
    shape: 'box',
    surface,
    paint,
    x: at.x + at.cosYaw * x - at.sinYaw * y,
    y: at.y + at.sinYaw * x + at.cosYaw * y,
    z,
    cosYaw: at.cosYaw,
    sinYaw: at.sinYaw,
    hx,
    hy,
    hz,
  };
}

export function ballAt(
  at: Frame,
  paint: Rgb,
  x: number,
  y: number,
  z: number,
  radiusM: number,
  halfHeightM: number,
): Solid {
  const box = boxAt(at, 'plain', paint, x, y, z, radiusM, radiusM, halfHeightM);
  return { ...box, shape: 'ball' };
}

export function lampAt(
  at: Frame,
  x: number,
  y: number,
  z: number,
  radiusM: number,
  colour: Rgb,
  facing: 1 | -1,
): Lamp {
  return {
    x: at.x + at.cosYaw * x - at.sinYaw * y,
    y: at.y + at.sinYaw * x + at.cosYaw * y,
    z,
    radiusM,
    colour,
    dirX: facing * at.cosYaw,
    dirY: facing * at.sinYaw,
  };
}
