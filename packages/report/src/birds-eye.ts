import { boxCorners } from '@drivesweep/geometry';
import type { OrientedBox, Vec2 } from '@drivesweep/geometry';
import { DEFAULT_EGO_BOX, obstacleBoxAt } from '@drivesweep/scoring';
import type { ObstacleToScore } from '@drivesweep/scoring';
import { coordinate, formatNumber } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { spread } from './label-spread.ts';
import type { WindowToShow } from './report-data.ts';
import { sampleClass, sampleName } from './sample-style.ts';
import { roundDown } from './scale.ts';

const SIZE = { width: 360, height: 440, margin: 16, gutter: 30 } as const;
/** Less than this across would draw noise as motion when the vehicle stands. */
const MIN_SPAN_M = 24;
const LABEL_HEIGHT = 13;
/** The smallest that a person on a screen still sees. */
const SMALL_PX = 7;

type Path = Pick<WindowToShow['future'], 'x' | 'y'>;

/** Ego frame (x forward, y left, metres) to pixels: forward is up, left is left, one scale for both axes. */
export interface View {
  readonly pixelsPerMetre: number;
  readonly toPixels: (xM: number, yM: number) => Vec2;
}

/**
 * A window from above: history, recorded future and samples with a dot per second, the vehicle and the obstacle boxes
 * at t0, a scale bar. Obstacles that are far from all paths are outside of the picture.
 */
export function birdsEye(window: WindowToShow): Html {
  const view = fitView([window.history, window.future, ...window.samples]);
  const stepsPerSecond = Math.max(1, Math.round(1 / window.stepS));
  const drawn = window.samples.map((sample, k) => drawSample(view, sample, k, stepsPerSecond));
  const { width, height } = SIZE;
  return html`<svg
    class="birds-eye"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="The window from above: ${window.windowId}"
  >
    <g class="obstacles">${drawObstacles(view, window.obstacles ?? [])}</g>
    <polygon class="ego" points="${corners(view, egoBox(window))}">
      <title>the vehicle at t0</title>
    </polygon>
    <polyline class="history" points="${points(view, window.history)}">
      <title>history</title>
    </polyline>
    <g class="future">
      <polyline points="${points(view, fromEgo(window.future))}">
        <title>recorded future</title>
      </polyline>
      ${dots(view, window.future, stepsPerSecond)}
    </g>
    ${drawn} ${sampleLabels(view, window)} ${scaleBar(view)}
  </svg>`;
}

/** The view in which all of these paths and the vehicle itself fit, centred. */
export function fitView(paths: readonly Path[]): View {
  let [minX, maxX, minY, maxY] = [-3, 5, -2, 2];
  for (const { x, y } of paths) {
    for (const value of x) [minX, maxX] = [Math.min(minX, value), Math.max(maxX, value)];
    for (const value of y) [minY, maxY] = [Math.min(minY, value), Math.max(maxY, value)];
  }
  const { width, height, margin, gutter } = SIZE;
  const room = { x: height - 2 * margin, y: width - 2 * margin - gutter };
  const pixelsPerMetre = Math.min(
    room.x / Math.max(maxX - minX, MIN_SPAN_M),
    room.y / Math.max(maxY - minY, MIN_SPAN_M / 2),
  );
  const [midX, midY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  return {
    pixelsPerMetre,
    toPixels: (xM, yM) => [
      margin + room.y / 2 - (yM - midY) * pixelsPerMetre,
      height / 2 - (xM - midX) * pixelsPerMetre,
    ],
  };
}

function drawSample(view: View, sample: Path, k: number, stepsPerSecond: number): Html {
  return html`<g class="sample ${sampleClass(k)}"
    ><polyline points="${points(view, fromEgo(sample))}"><title>${sampleName(k)}</title></polyline
    >${dots(view, sample, stepsPerSecond)}</g
  > `;
}

/** Future and samples start one step after t0; drawn, they start at the vehicle. */
function fromEgo({ x, y }: Path): Path {
  return { x: Float64Array.of(0, ...x), y: Float64Array.of(0, ...y) };
}

function dots(view: View, { x, y }: Path, stepsPerSecond: number): Html[] {
  const marks: Html[] = [];
  for (let step = stepsPerSecond - 1; step < x.length; step += stepsPerSecond) {
    const [px, py] = view.toPixels(x[step] ?? 0, y[step] ?? 0);
    marks.push(html`<circle cx="${coordinate(px)}" cy="${coordinate(py)}" r="2.2" />`);
  }
  return marks;
}

function egoBox({ egoBox }: WindowToShow): OrientedBox {
  const { lengthM, widthM, rearAxleToCentreM } = egoBox ?? DEFAULT_EGO_BOX;
  return { x: rearAxleToCentreM, y: 0, yaw: 0, lengthM, widthM };
}

/** Boxes of which a corner is inside the picture. */
function drawObstacles(view: View, obstacles: readonly ObstacleToScore[]): Html[] {
  return obstacles.flatMap((obstacle) => {
    const box = obstacleBoxAt(obstacle, 0);
    if (box === undefined || !boxCorners(box).some(([x, y]) => isInside(view.toPixels(x, y)))) {
      return [];
    }
    const name = `${obstacle.className} ${obstacle.trackId}`;
    return [html`<g class="obstacle"><title>${name}</title>${drawBox(view, box)}</g> `];
  });
}

/** With a line from the centre to where it heads; a box too small to be seen, of a person say, is a dot. */
function drawBox(view: View, box: OrientedBox): Html {
  const [px, py] = view.toPixels(box.x, box.y);
  if (box.lengthM * view.pixelsPerMetre < SMALL_PX) {
    return html`<circle cx="${coordinate(px)}" cy="${coordinate(py)}" r="${SMALL_PX / 2}" />`;
  }
  const half = box.lengthM / 2;
  const front = view.toPixels(box.x + half * Math.cos(box.yaw), box.y + half * Math.sin(box.yaw));
  const line = `${pair([px, py])} ${pair(front)}`;
  return html`<polygon points="${corners(view, box)}" /><polyline points="${line}" />`;
}

function isInside([px, py]: Vec2): boolean {
  return px >= 0 && px <= SIZE.width && py >= 0 && py <= SIZE.height;
}

/** Numbers of the samples in the right margin, apart from each other, each with a thin line to where its path ends. */
function sampleLabels(view: View, { samples }: WindowToShow): Html[] {
  const ends = samples.map(({ x, y }) => view.toPixels(x.at(-1) ?? 0, y.at(-1) ?? 0));
  const { width, height, margin } = SIZE;
  const wanted = ends.map(([, py]) => py);
  const rows = spread(wanted, LABEL_HEIGHT, margin, height - margin);
  return ends.map(([px, py], k) => {
    const row = rows[k] ?? py;
    const line = `${pair([px, py])} ${pair([width - 26, row])} ${pair([width - 20, row])}`;
    return html`<g class="label ${sampleClass(k)}"
      ><polyline points="${line}" /><text x="${width - 17}" y="${coordinate(row + 4)}"
        >${k}</text
      ></g
    > `;
  });
}

function scaleBar({ pixelsPerMetre }: View): Html {
  const metres = roundDown((SIZE.width * 0.3) / pixelsPerMetre);
  const length = metres * pixelsPerMetre;
  const y = SIZE.height - 8;
  return html`<g class="scale-bar"
    ><path d="M8 ${y - 4}V${y}H${coordinate(8 + length)}V${y - 4}" /><text x="10" y="${y - 7}"
      >${formatNumber(metres)} m</text
    ></g
  >`;
}

function points(view: View, { x, y }: Path): string {
  return Array.from(x, (xM, i) => pair(view.toPixels(xM, y[i] ?? 0))).join(' ');
}

function corners(view: View, box: OrientedBox): string {
  return boxCorners(box)
    .map(([x, y]) => pair(view.toPixels(x, y)))
    .join(' ');
}

function pair([px, py]: Vec2): string {
  return `${coordinate(px)},${coordinate(py)}`;
}
