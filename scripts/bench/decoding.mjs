// What decoding costs: CPU seconds of all frames that 10 Hz windows need from one camera, against ffmpeg decoding
// the same video once to nothing at that size. Standalone: node scripts/bench/decoding.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createFrameDecoder, planFrames } from '@drivesweep/drives';

const TARGET = 1.3;
const SECONDS = 20;
const FRAMES_PER_S = 30;
const SIZE = { height: 320, width: 576 };
const FORMAT = { ...SIZE, colour: 'rgb', resize: 'bicubic' };
const OFFSETS_US = [-300_000, -200_000, -100_000, 0];
/** The cheaper of several rounds counts: other programs on the machine only ever add. */
const ROUNDS = 3;

/** @returns {Promise<{name: string, figures: object, ratio: number | null, target: number, pass: boolean | null}>} */
export async function benchDecoding({ log }) {
  const name = 'decoding';
  if (childCpuS() === null) {
    log('decoding: this system does not tell the CPU seconds of children; not measured');
    return { name, figures: {}, ratio: null, target: TARGET, pass: null };
  }
  const folder = mkdtempSync(join(tmpdir(), 'drivesweep-bench-'));
  try {
    const video = join(folder, 'video.mp4');
    log(`decoding: encoding ${SECONDS} s of 1080p30 H.264`);
    encode(video);
    const baseline = [];
    const ours = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      baseline.push(await cpuSecondsOf(() => decodeToNothing(video)));
      ours.push(await cpuSecondsOf(() => decodeWindows(video, folder)));
    }
    const baselineS = Math.min(...baseline);
    const oursS = Math.min(...ours);
    const ratio = oursS / baselineS;
    const windows = t0sUs().length;
    const figures = {
      windows,
      frames: windows + OFFSETS_US.length - 1,
      cpuMsPerWindow: (1000 * oursS) / windows,
      ffmpegCpuMsPerWindow: (1000 * baselineS) / windows,
      rounds: { ours, ffmpeg: baseline },
    };
    log(
      `decoding: ${figures.cpuMsPerWindow.toFixed(1)} CPU ms per window, ffmpeg to nothing ` +
        `${figures.ffmpegCpuMsPerWindow.toFixed(1)}, ratio ${ratio.toFixed(2)} (target ${TARGET})`,
    );
    return { name, figures, ratio, target: TARGET, pass: ratio <= TARGET };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Noise over a test picture, so that the bits are spent and decoding is real work. */
function encode(path) {
  const source = `testsrc2=s=1920x1080:r=${FRAMES_PER_S}:d=${SECONDS},noise=alls=8:allf=t`;
  const codec = ['-c:v', 'libx264', '-preset', 'superfast', '-b:v', '8M', '-g', '30', '-bf', '2'];
  ffmpeg(['-f', 'lavfi', '-i', source, ...codec, '-pix_fmt', 'yuv420p', path]);
}

function decodeToNothing(video) {
  ffmpeg(['-i', video, '-vf', `scale=${SIZE.width}:${SIZE.height}`, '-f', 'null', '-']);
}

async function decodeWindows(video, scratchDir) {
  const frameTimesUs = Float64Array.from({ length: SECONDS * FRAMES_PER_S }, (_, i) =>
    Math.round((i * 1e6) / FRAMES_PER_S),
  );
  const media = { kind: 'mp4', key: video, offset: 0, bytes: statSync(video).size };
  const cameras = [{ name: 'front', frameTimesUs, media }];
  const plan = planFrames({ names: ['front'], offsetsUs: OFFSETS_US }, cameras, t0sUs());
  const decoder = createFrameDecoder({ store: inPlace, scratchDir });
  let frames = 0;
  for (const { camera, frameIndices } of plan.cameras) {
    const request = { camera, frameIndices, format: FORMAT };
    for await (const { pixels } of decoder.decode(request, new AbortController().signal)) {
      frames += pixels.length === 3 * SIZE.height * SIZE.width ? 1 : NaN;
    }
  }
  await decoder.close();
  if (frames !== t0sUs().length + OFFSETS_US.length - 1) throw new Error(`${frames} frames came`);
}

/** Every 0.1 s from the first t0 with all its frames. */
function t0sUs() {
  return Array.from({ length: SECONDS * 10 - 3 }, (_, i) => 300_000 + i * 100_000);
}

/** All that decoding in place asks of a store. */
const inPlace = { uri: 'file:///', localPath: (key) => key };

function ffmpeg(args) {
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args], { stdio: 'inherit' });
}

async function cpuSecondsOf(work) {
  const before = cpuS();
  await work();
  return cpuS() - before;
}

/** Of this process and of its children that have ended. */
function cpuS() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + (childCpuS() ?? 0);
}

/** cutime and cstime of proc(5), in ticks of 10 ms; null where there is no /proc. */
function childCpuS() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return null;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const result = await benchDecoding({ log: console.log });
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.pass === false ? 1 : 0;
}
