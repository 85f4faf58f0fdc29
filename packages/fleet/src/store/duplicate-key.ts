/** What Mongo answers when a unique index, `_id` among them, has the key already. */
const DUPLICATE_KEY = 11_000;

/** Of an error that the driver throws and of a single write that failed in a bulk write alike. */
export const isDuplicateKey = (failed: unknown): boolean =>
  (failed as { code?: unknown } | null | undefined)?.code === DUPLICATE_KEY;
