export type { EgoPath, EgomotionTrack, Pose, Quat, Vec3 } from './types.ts';
