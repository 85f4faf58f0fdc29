/** MongoDB's error code when a unique index, including that of `_id`, already has the key. */
const DUPLICATE_KEY = 11_000;

/** Whether an error, or a failed write of a bulk write, is a duplicate key. */
export const isDuplicateKey = (failed: unknown): boolean =>
  (failed as { code?: unknown } | null | undefined)?.code === DUPLICATE_KEY;
