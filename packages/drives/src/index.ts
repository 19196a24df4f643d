export { canonicalDriveId, openDriveReader } from './open-drive-reader.ts';
export { readReasoningEvents } from './reasoning-events.ts';
export type { ReasoningEvent } from './reasoning-events.ts';
