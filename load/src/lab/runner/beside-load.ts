/** Work that goes on beside a load. */
export interface BesideLoad {
  /** Resolves when one of it has failed; never when none does. */
  readonly failed: Promise<void>;
  /** Resolves when all of it has ended. The message of each failure. */
  readonly ended: Promise<readonly string[]>;
}

/**
 * Handles errors of `work` from the start. It is awaited only when the load is over: an error that came earlier would be an unhandled
 * rejection, which ends the process and leaves everything running that it started.
 */
export function besideLoad(work: readonly (Promise<void> | undefined)[]): BesideLoad {
  const failed = Promise.withResolvers<void>();
  const each = work.map(async (one): Promise<string[]> => {
    try {
      await one;
      return [];
    } catch (error) {
      failed.resolve();
      return [error instanceof Error ? error.message : String(error)];
    }
  });
  return { failed: failed.promise, ended: Promise.all(each).then((failures) => failures.flat()) };
}
