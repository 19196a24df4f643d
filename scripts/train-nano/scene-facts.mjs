// Facts about a scene at one moment, for heads that only training has: they teach the encoder what to look for.

/** Farther than this nothing is told. */
const RANGE_M = 80;
/** Lateral distance from the middle of the lane within which a vehicle is in it. */
const IN_LANE_M = 1.5;
const BENDS_AHEAD_M = [8, 20, 35, 55];

/**
 * Pairs of [is it there, how much], flat: 0/1 and a number of about -1..1 that counts only where the first is 1.
 * In the order of the comments.
 */
export function factsAt({ scene, ego }, i) {
  const tS = scene.clock.startS + i * scene.clock.stepS;
  const [sM, dM, speedMps] = [ego.sM[i], ego.dM[i], ego.speedMps[i]];
  const frontM = sM + 3.8;
  const others = scene.agents.map((agent) => ({ agent, ...agent.at(tS) }));
  const ahead = others.filter(
    (one) => one.sM - one.agent.lengthM / 2 > sM + 1 && one.sM < sM + RANGE_M,
  );
  const vehicles = ahead.filter(({ agent }) => agent.look.kind === 'vehicle');
  const lead = nearest(vehicles.filter((one) => Math.abs(one.dM - dM) < IN_LANE_M));
  const beside = (side) =>
    nearest(
      vehicles.filter(
        (one) =>
          side * (one.dM - dM) > IN_LANE_M &&
          side * (one.dM - dM) < 4.5 &&
          Math.cos(one.yawRoad) > 0.5,
      ),
    );
  const [left, right] = [beside(1), beside(-1)];
  const walker = nearest(ahead.filter(({ agent }) => agent.trackId === 'pedestrian'));
  const cone = nearest(ahead.filter(({ agent }) => agent.look.kind === 'cone'));
  const { light, zebra, road } = scene;
  const lightM = light ? light.stopLineM - frontM : NaN;
  const seesLight = light !== null && lightM > -3 && lightM < RANGE_M;
  const colour = seesLight ? colourAt(light, tS) : null;
  const zebraM = zebra ? zebra.sM - frontM : NaN;
  const gap = (one) => (one.sM - one.agent.lengthM / 2 - frontM) / RANGE_M;
  const closing = (one) => (one.speedMps - speedMps) / 10;
  const is = (truth) => (truth ? 1 : 0);
  return [
    // lead: gap, closing speed, own speed, brake lights
    ...told(lead, gap),
    ...told(lead, closing),
    ...told(lead, (one) => one.speedMps / 10),
    ...told(lead, (one) => is(one.braking) * 2 - 1),
    // the vehicles in the lanes beside: gap, closing speed, place across, speed across by its indicator
    ...[left, right].flatMap((one) => [
      ...told(one, gap),
      ...told(one, closing),
      ...told(one, ({ dM: otherDM }) => (otherDM - dM) / 4),
      ...told(one, ({ indicator }) => (indicator === 'left' ? 1 : indicator === 'right' ? -1 : 0)),
    ]),
    // pedestrian: distance, place across, walking
    ...told(walker, (one) => (one.sM - frontM) / RANGE_M),
    ...told(walker, (one) => (one.dM - dM) / 8),
    ...told(walker, (one) => is(one.speedMps > 0.2) * 2 - 1),
    // cones, zebra
    ...told(cone, (one) => (one.sM - frontM) / RANGE_M),
    ...told(zebraM > -3 && zebraM < RANGE_M ? zebraM : undefined, (m) => m / RANGE_M),
    // light: distance, and its colours
    ...told(seesLight ? lightM : undefined, (m) => m / RANGE_M),
    ...['red', 'amber', 'green'].flatMap((name) => [is(colour === name), 0]),
    // the road's curvature ahead
    ...BENDS_AHEAD_M.flatMap((m) => [1, road.curvatureAt(sM + m) * 40]),
  ];
}

function told(thing, howMuch) {
  return thing === undefined ? [0, 0] : [1, howMuch(thing)];
}

function nearest(others) {
  return others.reduce((best, one) => (best && best.sM <= one.sM ? best : one), undefined);
}

function colourAt(light, tS) {
  let { colour } = light.phases[0];
  for (const phase of light.phases) if (phase.fromS <= tS) ({ colour } = phase);
  return colour;
}
