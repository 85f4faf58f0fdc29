export interface FailedWrite {
  readonly index: number;
  readonly code: number | undefined;
  readonly message: string;
}

/** The writes that failed in an unordered bulk write, or null when the request failed as a whole. */
export function failedWrites(error: unknown): FailedWrite[] | null {
  const { name, writeErrors } = error as { name?: string; writeErrors?: unknown };
  if (name !== 'MongoBulkWriteError' || writeErrors === undefined) return null;
  const list = (Array.isArray(writeErrors) ? writeErrors : [writeErrors]) as {
    index: number;
    code?: number;
    errmsg?: string;
  }[];
  if (list.length === 0) return null;
  return list.map(({ index, code, errmsg }) => ({ index, code, message: errmsg ?? '' }));
}
