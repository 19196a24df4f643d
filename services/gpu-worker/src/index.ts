export { readWorkerConfig, SETTINGS } from './config.ts';
