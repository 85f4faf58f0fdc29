import type {
  DocumentContentType,
  DocumentFacts,
  DocumentRejection,
  DocumentStatus,
  DocumentType,
} from '@rideline/contract';

/**
 * An uploaded document and its states. Each state has only its own fields; every switch ends in `unreachable`. Times are epoch ms on the
 * wall clock: a licence expires in real time, not in a replay.
 */
export type DocumentState = Granted | Uploaded | Processing | Processed | Rejected | Expired;

/** A form was issued; the file may be uploaded until `expiresAt`. */
export interface Granted {
  readonly name: 'granted';
  readonly expiresAt: number;
}

/** The file is in quarantine with the announced size and waits for its job. */
export interface Uploaded {
  readonly name: 'uploaded';
  readonly uploadedAt: number;
  readonly etag: string;
}

/** A worker checks it. Only the worker that holds `fence` may finish it. */
export interface Processing {
  readonly name: 'processing';
  readonly uploadedAt: number;
  readonly etag: string;
  readonly startedAt: number;
  readonly fence: number;
}

/** Checked and cleaned. */
export interface Processed {
  readonly name: 'processed';
  readonly uploadedAt: number;
  readonly processedAt: number;
  readonly fence: number;
  readonly clean: CleanCopy;
  readonly facts: DocumentFacts;
  readonly review: Review;
}

/** An end: the file was not accepted. */
export interface Rejected {
  readonly name: 'rejected';
  readonly code: DocumentRejection;
  readonly rejectedAt: number;
}

/** An end: no file was uploaded in time. */
export interface Expired {
  readonly name: 'expired';
  readonly expiredAt: number;
}

/** The re-encoded copy that users see; never the uploaded file itself. */
export interface CleanCopy {
  readonly key: string;
  readonly contentType: DocumentContentType;
  readonly size: number;
  readonly thumbnailKey: string | null;
}

/** Review by a person. `validUntil`: epoch ms; null when it does not expire. `validUntilDay`: where the reviewer gave a day. */
export type Review =
  | { readonly name: 'pending' }
  | {
      readonly name: 'approved';
      readonly at: number;
      readonly by: string;
      readonly reason: string | null;
      readonly validUntil: number | null;
      readonly validUntilDay?: string;
    }
  | { readonly name: 'rejected'; readonly at: number; readonly by: string; readonly reason: string }
  | { readonly name: 'lapsed'; readonly at: number; readonly validUntil: number };

/** The part of a document that transitions read and change. */
export interface DocumentCore {
  readonly type: DocumentType;
  readonly state: DocumentState;
  /** Highest fencing token issued: it rises with each attempt to process the file. */
  readonly fence: number;
  /** How often a dead job was revived. */
  readonly revivals: number;
}

export function unreachable(value: never): never {
  throw new TypeError(`unexpected member: ${JSON.stringify(value)}`);
}

export function statusOf(state: DocumentState): DocumentStatus {
  return state.name;
}

/** Whether processing has ended. */
export function isSettled(state: DocumentState): boolean {
  switch (state.name) {
    case 'granted':
    case 'uploaded':
    case 'processing':
      return false;
    case 'processed':
    case 'rejected':
    case 'expired':
      return true;
    default:
      return unreachable(state);
  }
}

/** Whether it is approved and not expired at `nowMs`. */
export function isValid(state: DocumentState, nowMs: number): boolean {
  if (state.name !== 'processed' || state.review.name !== 'approved') return false;
  return state.review.validUntil === null || nowMs < state.review.validUntil;
}
