// Writes what training reads: cropped camera frames, poses and v0 of synthetic drives, as raw arrays.
// usage: node dump.mjs OUT_FOLDER DUMP DUMPS DRIVES SEED [--recipe FILE]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { estimateV0Mps } from '@drivesweep/geometry';
import { CameraRenderer, SCENARIOS, simulateDrive, splitOf } from '@drivesweep/synthetic-drives';
import { FRAME_TIMES, recipe, T0S } from './recipe.mjs';

const [out, dump, dumps, drives, seed] = process.argv.slice(2);
const { camera, render, resized, crop, historySteps, durationS } = recipe;
// Pictures that are not resized are drawn no farther than they are cut: cutting comes to the same before and after.
const part = [
  resized.width === render.width && resized.height === render.height,
  ...[crop.left, crop.top, crop.width, crop.height].map((pixels) => pixels % 2 === 0),
].every(Boolean)
  ? crop
  : { left: 0, top: 0, ...render };

await mkdir(out, { recursive: true });
const scaler = startScaler(join(out, `frames-${dump}.u8`));
const poses = createWriteStream(join(out, `poses-${dump}.f32`));
const speeds = createWriteStream(join(out, `v0-${dump}.f32`));
const index = createWriteStream(join(out, `index-${dump}.ndjson`));
for (let number = Number(dump); number < Number(drives); number += Number(dumps)) {
  const drive = simulateDrive({ seed: Number(seed), number, durationS, scenarios: SCENARIOS });
  const split = splitOf(drive.driveId);
  const renderer = new CameraRenderer(drive, camera, render.width, render.height, part);
  const picture = renderer.makePicture();
  for (const k of FRAME_TIMES) {
    renderer.draw(k / 10, picture);
    if (!scaler.stdin.write(new Uint8Array(picture.pixels.buffer.slice(0)))) {
      await once(scaler.stdin, 'drain');
    }
  }
  const path = posesOf(drive);
  poses.write(floats(path.flat()));
  speeds.write(floats(T0S.map((k) => v0At(path, k))));
  const { scenario, variant, distractor, look } = drive.scene;
  const about = { number, split, scenario, variant, weather: look.weather, distractor };
  index.write(`${JSON.stringify(about)}\n`);
}
for (const file of [poses, speeds, index]) file.end();
scaler.stdin.end();
const [code] = await once(scaler, 'close');
if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);

function floats(values) {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** The resizing of the pipeline's decoder, with the colours that video leaves of a picture. */
function startScaler(file) {
  const size = `${part.width}x${part.height}`;
  const exact = 'accurate_rnd+full_chroma_int+bitexact';
  const resize = [
    `scale=${resized.width}:${resized.height}:flags=${resized.filter}+${exact}`,
    'format=rgb24',
    `crop=${crop.width}:${crop.height}:${crop.left}:${crop.top}`,
  ];
  const filters = [
    'format=yuv420p',
    ...(part === crop ? [`scale=flags=${exact}`, 'format=rgb24'] : resize),
  ];
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb0', '-s', size, '-i', '-'];
  const output = ['-vf', filters.join(','), '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const child = spawn('ffmpeg', ['-v', 'error', '-threads', '1', ...input, ...output], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdout.pipe(createWriteStream(file));
  return child;
}

/** (x, y, yaw) of the rig in the world at every tenth of a second of the drive. */
function posesOf({ scene, ego }) {
  return Array.from({ length: durationS * 10 + 1 }, (_, k) => {
    const i = Math.round((k / 10 - scene.clock.startS) / scene.clock.stepS);
    return [ego.xM[i], ego.yM[i], ego.yaw[i]];
  });
}

/** The speed that the pipeline gives to a policy, from the history in the ego frame at t0. */
function v0At(path, k) {
  const [x0, y0, yaw0] = path[k];
  const steps = path.slice(k - historySteps + 1, k + 1);
  const turned = ([x, y]) => [
    Math.cos(yaw0) * (x - x0) + Math.sin(yaw0) * (y - y0),
    Math.cos(yaw0) * (y - y0) - Math.sin(yaw0) * (x - x0),
  ];
  const history = {
    x: Float64Array.from(steps, (pose) => turned(pose)[0]),
    y: Float64Array.from(steps, (pose) => turned(pose)[1]),
    z: new Float64Array(historySteps),
    yaw: Float64Array.from(steps, (pose) => pose[2] - yaw0),
  };
  return estimateV0Mps(history, 0.1);
}
