export { SETTINGS } from './config.ts';
