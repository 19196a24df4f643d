export { CONSUMER_EVENTS, openJobConsumer } from './consumer.ts';
export type { ConsumerEvent, JobConsumerOptions, JobSchema, SweepJob } from './consumer.ts';
export type { JobFailure } from './failure.ts';
export { QUEUE_TIMING } from './options.ts';
export type { QueueTiming } from './options.ts';
export { openJobProducer } from './producer.ts';
export type {
  JobProducer,
  JobProducerOptions,
  JobStanding,
  NewJob,
  QueueCounts,
} from './producer.ts';
export type { QueueListener } from './queue-watch.ts';
export { takeSoleLock } from './sole-lock.ts';
export type { SoleLock, SoleLockOptions } from './sole-lock.ts';
