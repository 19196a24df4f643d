import { asDrivesweepError } from '@drivesweep/contracts';
import type { DriveProblem } from '@drivesweep/contracts';

/** Collects what could not be read of one drive, while the rest of it is. */
export class ProblemList {
  readonly #problems: DriveProblem[] = [];

  /**
   * The answer of `work`, or undefined and a problem when it fails because of the drive's own data. A store that is
   * down is no property of the drive: such an error, and any that is not of kind `window`, goes on up.
   */
  async attempt<T>(stream: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      const error = asDrivesweepError(thrown);
      if (error.kind !== 'window') throw thrown;
      this.#problems.push({ stream, code: error.code, message: error.message });
      return undefined;
    }
  }

  /** By stream: not in the order in which reads happened to fail. */
  sorted(): DriveProblem[] {
    return this.#problems.toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
  }
}
