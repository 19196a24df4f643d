export { scoreAgain } from './score-again.ts';
export type { ScoredAgain } from './score-again.ts';
export { encodeScorecard } from './write-scorecard.ts';
export { readServiceConfig, SETTINGS } from './config.ts';
