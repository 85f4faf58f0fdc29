import type {
  DocumentContentType,
  DocumentFacts,
  DocumentRejection,
  DocumentStatus,
  DocumentType,
} from '@rideline/contract';

/**
 * A document that somebody hands in, and its states. Each state holds only its own fields; every switch ends in `unreachable`. Times are
 * epoch ms on the wall clock: a licence lapses in the world, not in a replayed city.
 */
export type DocumentState = Granted | Uploaded | Processing | Processed | Rejected | Expired;

/** A form was handed out; the file may come until `expiresAt`. */
export interface Granted {
  readonly name: 'granted';
  readonly expiresAt: number;
}

/** The file is in quarantine, of the size that was announced; a job is to look at it. */
export interface Uploaded {
  readonly name: 'uploaded';
  readonly uploadedAt: number;
  readonly etag: string;
}

/** A worker looks at it. Only the one that holds `fence` may finish it. */
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

/** An end: it was not taken. */
export interface Rejected {
  readonly name: 'rejected';
  readonly code: DocumentRejection;
  readonly rejectedAt: number;
}

/** An end: no file came in time. */
export interface Expired {
  readonly name: 'expired';
  readonly expiredAt: number;
}

/** What everybody is shown: made anew from the file, never the file itself. */
export interface CleanCopy {
  readonly key: string;
  readonly contentType: DocumentContentType;
  readonly size: number;
  readonly thumbnailKey: string | null;
}

/** What a person thought of it. `validUntil`: epoch ms; null where it does not expire. */
export type Review =
  | { readonly name: 'pending' }
  | {
      readonly name: 'approved';
      readonly at: number;
      readonly by: string;
      readonly reason: string | null;
      readonly validUntil: number | null;
    }
  | { readonly name: 'rejected'; readonly at: number; readonly by: string; readonly reason: string }
  | { readonly name: 'lapsed'; readonly at: number; readonly validUntil: number };

/** What transitions read and change. */
export interface DocumentCore {
  readonly type: DocumentType;
  readonly state: DocumentState;
  /** Highest fence that was given out: it rises with each attempt to process the file. */
  readonly fence: number;
  /** How often a dead job was brought back. */
  readonly revivals: number;
}

export function unreachable(value: never): never {
  throw new TypeError(`no such member: ${JSON.stringify(value)}`);
}

export function statusOf(state: DocumentState): DocumentStatus {
  return state.name;
}

/** Whether nothing happens to it any more by itself. */
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

/** Whether it stands for its owner at `nowMs`. */
export function isValid(state: DocumentState, nowMs: number): boolean {
  if (state.name !== 'processed' || state.review.name !== 'approved') return false;
  return state.review.validUntil === null || nowMs < state.review.validUntil;
}
