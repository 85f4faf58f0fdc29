/**
 * Cause of a write error. `document`: the same document always fails again · `again`: anything else; the write may have been applied. Unknown
 * errors count as `again`, so that nothing is dead-lettered for a reason that is not understood.
 */
export type WriteFault = 'document' | 'again';

/**
 * BadValue, FailedToParse, TypeMismatch, PathNotViable, ConflictingUpdateOperators, DollarPrefixedFieldName, EmptyFieldName,
 * DottedFieldName, DocumentValidationFailure, BSONObjectTooLarge (two codes), and the storage limit of a document
 * (mongo/src/mongo/base/error_codes.yml).
 */
const DOCUMENT_CODES = new Set([2, 9, 14, 28, 40, 52, 56, 57, 121, 10_334, 17_280, 17_419]);

/**
 * Thrown by the driver before anything is sent: the document cannot be serialised to BSON. TypeError and RangeError are not included: they
 * may be a defect of this code, which would dead-letter every fix, whereas retrying loses nothing.
 */
const CLIENT_ERRORS = new Set(['BSONError', 'BSONOffsetError', 'BSONRuntimeError', 'BSONVersionError']);

export function faultOfCode(code: number | undefined): WriteFault {
  return code !== undefined && DOCUMENT_CODES.has(code) ? 'document' : 'again';
}

/** The fault of an error that concerns a whole request. */
export function faultOfError(error: Error): WriteFault {
  return CLIENT_ERRORS.has(error.name) ? 'document' : 'again';
}
