export { canonicalDriveId, openDriveReader } from './open-drive-reader.ts';
export { readReasoningEvents } from './reasoning-events.ts';
export type { ReasoningEvent } from './reasoning-events.ts';
export { createFrameDecoder } from './video/frame-decoder.ts';
export type { ClosableFrameDecoder, FrameDecoderOptions } from './video/frame-decoder.ts';
export { findFrameIndexAt, planFrames } from './video/frame-plan.ts';
export type { CameraFrames, FramePlan, WindowFrames } from './video/frame-plan.ts';
export { DEFAULT_DECODE_LIMITS } from './video/limits.ts';
export type { DecodeLimits } from './video/limits.ts';
