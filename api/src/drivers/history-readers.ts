import { CodedError } from '@rideline/contract';
import { BulkheadFull, type BulkheadOptions, createBulkhead } from '@rideline/platform/overload/bulkhead';

/**
 * Bounds how many histories this process reads at once: each decodes a day or an app start of fixes, and without a bound some readers hold the
 * event loop for everybody.
 * @returns runs a reading in a slot. @throws CodedError BUSY when none is free in time
 */
export function historyReaders(options: BulkheadOptions): <T>(reading: () => Promise<T>) => Promise<T> {
  const bulkhead = createBulkhead(options);
  return async (reading) => {
    try {
      return await bulkhead.run(reading, false);
    } catch (error) {
      if (error instanceof BulkheadFull) throw new CodedError('BUSY', undefined, { cause: error });
      throw error;
    }
  };
}
