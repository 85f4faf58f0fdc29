/**
 * What an error of a write says about the write. `document`: the same document will fail again, always · `again`: anything else; what
 * was sent may have been applied. Unknown errors count as `again`, so that nothing is put aside for a reason that is not understood.
 */
export type WriteFault = 'document' | 'again';

export const DUPLICATE_KEY = 11_000;

/**
 * BadValue, FailedToParse, TypeMismatch, PathNotViable, ConflictingUpdateOperators, DollarPrefixedFieldName, EmptyFieldName,
 * DottedFieldName, DocumentValidationFailure, BSONObjectTooLarge (two codes), and the storage limit of a document
 * (mongo/src/mongo/base/error_codes.yml).
 */
const DOCUMENT_CODES = new Set([2, 9, 14, 28, 40, 52, 56, 57, 121, 10_334, 17_280, 17_419]);

/**
 * Thrown by the driver before anything is sent: the document cannot be put into BSON. No TypeError or RangeError, which may as well be a
 * defect of ours: then every fix would be put aside, where trying again loses nothing.
 */
const CLIENT_ERRORS = new Set(['BSONError', 'BSONOffsetError', 'BSONRuntimeError', 'BSONVersionError']);

export function faultOfCode(code: number | undefined): WriteFault {
  return code !== undefined && DOCUMENT_CODES.has(code) ? 'document' : 'again';
}

/** The fault of an error that concerns a whole request. */
export function faultOfError(error: Error): WriteFault {
  return CLIENT_ERRORS.has(error.name) ? 'document' : 'again';
}

export interface FailedWrite {
  readonly index: number;
  readonly code: number | undefined;
  readonly message: string;
}

/** The single writes that failed in an unordered bulk write, or null when the error concerns the request as a whole. */
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
