import { closedLoop } from './closed-loop.mjs';
import { queue } from './queue.mjs';
import { scores } from './scores.mjs';
import { sweep } from './sweep.mjs';
import { workers } from './workers.mjs';

/** Every dashboard. */
export const DASHBOARDS = [sweep, workers, queue, scores, closedLoop];
