export { readConfig, SETTINGS } from './config.ts';
export { openApiDocument } from './openapi.ts';
