import { join } from 'node:path';
import { createFrameDecoder, openDriveReader, planFrames } from '@drivesweep/drives';
import { egoPathAt, estimateV0Mps, interpolateEgomotion, stepGridUs } from '@drivesweep/geometry';
import { FolderObjectStore } from '@drivesweep/object-store';
import { encodeTable } from '@drivesweep/parquet-io';
import { generateDataset } from '@drivesweep/synthetic-drives';

/** A window of a drive of the recipe, as a worker would prepare it from files. `scratch` is an empty folder. */
export async function goldenInput(recipe, goldenWindow, needs, scratch) {
  const store = new FolderObjectStore(join(scratch, 'drives'));
  const { width, height } = recipe.render;
  const options = {
    ...{ cameras: [recipe.camera], width, height, durationS: recipe.durationS },
    firstDrive: goldenWindow.number,
  };
  const request = { store, encodeParquet: encodeTable, seed: recipe.data.seed, drives: 1, options };
  for await (const { stage, scenario } of generateDataset(request)) {
    if (stage === 'drive') console.log(`golden case: ${scenario} at ${goldenWindow.t0S} s`);
  }
  const reader = openDriveReader(store, 'physicalai-av');
  let driveId = '';
  for await (const entry of reader.listDrives({ split: null, ids: null, limit: null })) {
    ({ driveId } = entry);
  }
  const drive = await reader.openDrive(driveId, { cameras: needs.cameras.names, obstacles: false });
  const t0Us = Math.round(goldenWindow.t0S * 1e6);
  const grid = { historySteps: recipe.historySteps, horizonSteps: 1, stepUs: 100_000 };
  const track = interpolateEgomotion(drive.egomotion);
  const history = egoPathAt(track, t0Us, stepGridUs(grid).historyUs);
  const plan = planFrames(needs.cameras, drive.cameras, [t0Us]);
  const decoder = createFrameDecoder({ store, scratchDir: join(scratch, 'media') });
  const [{ camera, frameIndices }] = plan.cameras;
  const pictures = [];
  const wanted = { camera, frameIndices, format: needs.cameras.format };
  for await (const { pixels } of decoder.decode(wanted, new AbortController().signal)) {
    pictures.push(pixels);
  }
  await decoder.close();
  const frames = new Uint8Array(Buffer.concat(pictures));
  return { windowId: 'golden', history, v0Mps: estimateV0Mps(history, 0.1), frames };
}
