import type { ErrorCode } from '@drivesweep/contracts';
import type { GraphInfo, TensorData } from './graph.ts';

/** What the client asks of the inference thread. */
export type ThreadRequest =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly feeds: Readonly<Record<string, TensorData>>;
      readonly fetches: readonly string[];
    }
  | { readonly kind: 'close' };

/** What the thread answers; `failed` without an id means that the graph did not load. */
export type ThreadAnswer =
  | { readonly kind: 'ready'; readonly info: GraphInfo }
  | {
      readonly kind: 'outputs';
      readonly id: number;
      readonly outputs: Readonly<Record<string, TensorData>>;
      /** How long the run took. */
      readonly seconds: number;
    }
  | { readonly kind: 'failed'; readonly id: number | null; readonly error: PlainError }
  | { readonly kind: 'closed' };

/** An error that crosses from one thread to another. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}
