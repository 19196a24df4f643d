import { drawAgent } from './body.ts';
import type { Parts } from './body.ts';
import { makeCamera, multiply, rigFromCamera, rotate, rotationOf } from './camera.ts';
import type { Camera, CameraName, Part, CameraPose, Matrix3 } from './camera.ts';
import type { EgoDrive } from './ego.ts';
import { drawGlare, drawRain } from './air.ts';
import { drawScenery, drawTrafficLight, frameAt } from './fixture.ts';
import { Backdrop } from './ground.ts';
import { makePicture } from './picture.ts';
import type { Picture } from './picture.ts';
import { Rasterizer } from './raster.ts';
import type { Scene } from './scene.ts';
import { Sensor } from './sensor.ts';
import type { SimulatedDrive } from './simulate-drive.ts';
import { lightColourAt } from './traffic-light.ts';

/** World from rig at one moment. */
export interface RigPose {
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly rotation: Matrix3;
}

/** Pose of the rig in the world at any time of the drive, linear between the steps of the clock. */
export function rigPoseAt(scene: Scene, ego: EgoDrive, tS: number): RigPose {
  const position = (tS - scene.clock.startS) / scene.clock.stepS;
  const i = Math.min(Math.max(Math.floor(position), 0), scene.clock.count - 2);
  const f = position - i;
  const at = (values: Float64Array) => (values[i] ?? 0) * (1 - f) + (values[i + 1] ?? 0) * f;
  return {
    xM: at(ego.xM),
    yM: at(ego.yM),
    zM: at(ego.zM),
    rotation: rotationOf(at(ego.yaw), at(ego.pitch), at(ego.roll)),
  };
}

/** Draws what one camera sees along a drive. */
export class CameraRenderer {
  readonly camera: Camera;
  readonly #drive: SimulatedDrive;
  readonly #backdrop: Backdrop;
  readonly #rasterizer: Rasterizer;
  readonly #rigFromCamera: Matrix3;
  readonly #standing: Parts;
  readonly #sensor: Sensor;

  /** Sizes of the camera's picture, pixels, and what part of it is wanted if not all. */
  constructor(drive: SimulatedDrive, name: CameraName, width: number, height: number, part?: Part) {
    this.camera = makeCamera(name, width, height, part);
    this.#drive = drive;
    this.#backdrop = new Backdrop(drive.scene);
    this.#rasterizer = new Rasterizer(this.camera, drive.scene.look);
    this.#rigFromCamera = rigFromCamera(this.camera.mount);
    const { scenery, road, look } = drive.scene;
    this.#sensor = new Sensor(look.sensor, this.camera);
    this.#standing = { solids: [], lamps: [] };
    for (const item of scenery) drawScenery(this.#standing, road, item, look.weather);
  }

  makePicture(): Picture {
    return makePicture(this.camera.width, this.camera.height);
  }

  poseAt(tS: number): CameraPose {
    const rig = rigPoseAt(this.#drive.scene, this.#drive.ego, tS);
    const [x, y, z] = rotate(rig.rotation, ...this.camera.mount.position);
    return {
      xM: rig.xM + x,
      yM: rig.yM + y,
      zM: rig.zM + z,
      rotation: multiply(rig.rotation, this.#rigFromCamera),
    };
  }

  /** Draws the moment into a picture of this camera's size, over whatever it held. */
  draw(tS: number, picture: Picture): void {
    const { scene } = this.#drive;
    const pose = this.poseAt(tS);
    this.#backdrop.draw(this.camera, pose, picture);
    const parts: Parts = { solids: [...this.#standing.solids], lamps: [...this.#standing.lamps] };
    for (const agent of scene.agents) {
      const state = agent.at(tS);
      const at = frameAt(scene.road, state.sM, state.dM, state.yawRoad);
      if (Math.hypot(at.x - pose.xM, at.y - pose.yM) > 220) continue;
      drawAgent(parts, agent, state, at, tS);
    }
    for (const light of [scene.light, scene.farLight]) {
      if (light) drawTrafficLight(parts, scene.road, light, lightColourAt(light, tS));
    }
    this.#rasterizer.drawSolids(picture, pose, parts.solids);
    this.#rasterizer.drawLamps(picture, pose, parts.lamps);
    drawGlare(this.camera, pose, scene.look, picture);
    drawRain(tS, this.camera, scene.look, picture);
    this.#sensor.expose(tS, picture);
  }
}
