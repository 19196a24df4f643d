import type { Provider } from './bundle-manifest.ts';

/** The element types that may cross the boundary of a graph; bfloat16 and float16 do not work there. */
export type TensorType = 'uint8' | 'float32' | 'int32' | 'int64' | 'bool';

export interface TensorData {
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: Uint8Array | Float32Array | Int32Array | BigInt64Array;
}

export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  /** A text is a symbolic dimension; empty when the graph does not say. */
  readonly shape: readonly (number | string)[];
}

export interface GraphInfo {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly runtimeVersion: string;
}

export interface GraphOptions {
  /** A file; external data stands beside it. */
  readonly path: string;
  readonly provider: Provider;
  readonly deviceId: number;
  /** Threads inside one operator; null for as many as there are cores. */
  readonly threads: number | null;
}

/** A loaded graph. Runs are done one after another, in the order in which they were asked for. */
export interface GraphRunner {
  readonly info: GraphInfo;
  /**
   * Takes over the buffers of `feeds`: they may be detached afterwards.
   * @param onSeconds told how long the run itself took, without its wait behind those before it
   */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    fetches: readonly string[],
    onSeconds?: (seconds: number) => void,
  ): Promise<Readonly<Record<string, TensorData>>>;
  /** Waits for the runs that were asked for, then frees the graph. */
  close(): Promise<void>;
}

export type OpenGraph = (options: GraphOptions) => Promise<GraphRunner>;
