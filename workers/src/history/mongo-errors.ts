/**
 * What an error of a write says about the write. `document`: the same document will fail again, always · `again`: anything else; what
 * was sent may have been applied. Unknown errors count as `again`, so that nothing is put aside for a reason that is not understood.
 */
export type WriteFault = 'document' | 'again';

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
