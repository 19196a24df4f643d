export { openJobConsumer } from './consumer.ts';
export type { ConsumerEvent, JobConsumerOptions, JobSchema, SweepJob } from './consumer.ts';
export { QUEUE_TIMING } from './options.ts';
export type { QueueTiming } from './options.ts';
