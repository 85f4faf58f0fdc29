import {
  type DocumentFacts,
  type DocumentRejection,
  documentTypeEntry,
  type ErrorCode,
} from '@rideline/contract';
import {
  type CleanCopy,
  type DocumentCore,
  type DocumentState,
  isSettled,
  type Processed,
  type Review,
  unreachable,
} from './document.ts';

/**
 * The transitions of a document. `at`: epoch ms on the wall clock. `fence`: fencing token of the attempt; a worker that was paused and
 * resumes holds an old one.
 */
export type DocumentTransition =
  /** The file was uploaded: reported by its owner or the bucket, or found by the sweeper. The object is checked first in each case. */
  | { readonly type: 'upload'; readonly at: number; readonly etag: string }
  /** The uploaded object differs from the announced one. */
  | { readonly type: 'refuse'; readonly at: number; readonly code: DocumentRejection }
  | { readonly type: 'expire'; readonly at: number }
  | { readonly type: 'start'; readonly at: number }
  | {
      readonly type: 'finish';
      readonly at: number;
      readonly fence: number;
      readonly clean: CleanCopy;
      readonly facts: DocumentFacts;
    }
  | {
      readonly type: 'reject';
      readonly at: number;
      readonly fence: number;
      readonly code: DocumentRejection;
    }
  /** The document's dead-lettered job was revived: the document waits for a worker again. */
  | { readonly type: 'revive'; readonly at: number }
  /** The document's job died too often: the owner has to upload the document again. */
  | { readonly type: 'give_up'; readonly at: number }
  | {
      readonly type: 'review';
      readonly at: number;
      readonly by: string;
      readonly decision: 'approve' | 'reject';
      readonly reason: string | null;
      readonly validUntil: number | null;
      readonly validUntilDay?: string;
    }
  /** The document's validity has ended. */
  | { readonly type: 'end_validity'; readonly at: number };

/**
 * changed: the document afterwards. repeated: this has happened already: success without effect.
 * refused: with the code and the reason. `fenced`: another worker has taken over.
 */
export type DocumentStep =
  | { readonly outcome: 'changed'; readonly document: DocumentCore }
  | { readonly outcome: 'repeated' }
  | {
      readonly outcome: 'refused';
      readonly code: ErrorCode;
      readonly reason: string;
      readonly fenced?: true;
    };

const repeated: DocumentStep = { outcome: 'repeated' };

function refused(code: ErrorCode, reason: string): DocumentStep {
  return { outcome: 'refused', code, reason };
}

function illegal(document: DocumentCore, { type }: DocumentTransition): DocumentStep {
  return refused('ILLEGAL_TRANSITION', `${type} is not possible in ${document.state.name}`);
}

function changed(
  document: DocumentCore,
  state: DocumentState,
  more: Partial<Pick<DocumentCore, 'fence' | 'revivals'>> = {},
): DocumentStep {
  return { outcome: 'changed', document: { ...document, ...more, state } };
}

type Of<Type extends DocumentTransition['type']> = Extract<DocumentTransition, { type: Type }>;

/** Applies `transition` to `document`; pure. */
export function nextDocument(document: DocumentCore, transition: DocumentTransition): DocumentStep {
  switch (transition.type) {
    case 'upload':
      return upload(document, transition);
    case 'refuse':
      return refuse(document, transition);
    case 'expire':
      return expire(document, transition);
    case 'start':
      return start(document, transition);
    case 'finish':
    case 'reject':
      return end(document, transition);
    case 'revive':
    case 'give_up':
      return afterDeath(document, transition);
    case 'review':
      return review(document, transition);
    case 'end_validity':
      return endValidity(document, transition);
    default:
      return unreachable(transition);
  }
}

function upload(document: DocumentCore, { at, etag }: Of<'upload'>): DocumentStep {
  const { state } = document;
  switch (state.name) {
    case 'granted':
      return changed(document, { name: 'uploaded', uploadedAt: at, etag });
    case 'uploaded':
    case 'processing':
    case 'processed':
    case 'rejected':
      return repeated;
    case 'expired':
      return refused('GONE', 'the upload form has expired: request a new one');
    default:
      return unreachable(state);
  }
}

function refuse(document: DocumentCore, transition: Of<'refuse'>): DocumentStep {
  const { state } = document;
  if (state.name === 'rejected') return repeated;
  if (state.name !== 'granted') return illegal(document, transition);
  return changed(document, { name: 'rejected', code: transition.code, rejectedAt: transition.at });
}

function expire(document: DocumentCore, transition: Of<'expire'>): DocumentStep {
  const { state } = document;
  if (state.name === 'expired') return repeated;
  if (state.name !== 'granted' || transition.at < state.expiresAt) return illegal(document, transition);
  return changed(document, { name: 'expired', expiredAt: transition.at });
}

/** Each start takes the document over from the worker before: a job is delivered again only when its worker is considered dead. */
function start(document: DocumentCore, transition: Of<'start'>): DocumentStep {
  const { state } = document;
  if (isSettled(state)) return repeated;
  if (state.name !== 'uploaded' && state.name !== 'processing') return illegal(document, transition);
  const { uploadedAt, etag } = state;
  const fence = document.fence + 1;
  return changed(
    document,
    { name: 'processing', uploadedAt, etag, startedAt: transition.at, fence },
    { fence },
  );
}

function end(document: DocumentCore, transition: Of<'finish' | 'reject'>): DocumentStep {
  const { state } = document;
  if (transition.fence !== document.fence)
    return { ...refused('CONFLICT', 'another worker has taken over'), fenced: true } as DocumentStep;
  // The same fencing token: this repeats a write whose answer was lost.
  if (state.name === 'processed' || state.name === 'rejected') return repeated;
  if (state.name !== 'processing') return illegal(document, transition);
  if (transition.type === 'reject')
    return changed(document, { name: 'rejected', code: transition.code, rejectedAt: transition.at });
  const { at, fence, clean, facts } = transition;
  return changed(document, {
    name: 'processed',
    uploadedAt: state.uploadedAt,
    processedAt: at,
    fence,
    clean,
    facts,
    review: reviewAfterCheck(document, at),
  });
}

function reviewAfterCheck({ type }: DocumentCore, at: number): Review {
  if (documentTypeEntry(type).reviewed) return { name: 'pending' };
  return { name: 'approved', at, by: 'system', reason: null, validUntil: null };
}

function afterDeath(document: DocumentCore, transition: Of<'revive' | 'give_up'>): DocumentStep {
  const { state } = document;
  if (isSettled(state)) return repeated;
  if (state.name !== 'uploaded' && state.name !== 'processing') return illegal(document, transition);
  if (transition.type === 'give_up')
    // The fencing token rises, so that a worker that is still processing the document is refused.
    return changed(
      document,
      { name: 'rejected', code: 'PROCESSING_FAILED', rejectedAt: transition.at },
      { fence: document.fence + 1 },
    );
  const { uploadedAt, etag } = state;
  return changed(document, { name: 'uploaded', uploadedAt, etag }, { revivals: document.revivals + 1 });
}

/** A later decision may replace an earlier one; the audit log has both. */
function review(document: DocumentCore, transition: Of<'review'>): DocumentStep {
  const { state } = document;
  if (state.name !== 'processed') return illegal(document, transition);
  const { at, by, decision, reason, validUntil, validUntilDay } = transition;
  if (decision === 'reject') {
    if (reason === null) return refused('VALIDATION', 'reason is required for a rejection');
    return changed(document, reviewed(state, { name: 'rejected', at, by, reason }));
  }
  const { expires } = documentTypeEntry(document.type);
  if (expires && validUntil === null)
    return refused('VALIDATION', 'validUntil is required for this type of document');
  if (validUntil !== null && validUntil <= at) return refused('VALIDATION', 'validUntil is in the past');
  const validity = expires ? { validUntil, ...(validUntilDay && { validUntilDay }) } : { validUntil: null };
  return changed(document, reviewed(state, { name: 'approved', at, by, reason, ...validity }));
}

function reviewed(state: Processed, outcome: Review): Processed {
  return { ...state, review: outcome };
}

function endValidity(document: DocumentCore, transition: Of<'end_validity'>): DocumentStep {
  const { state } = document;
  if (state.name !== 'processed') return illegal(document, transition);
  if (state.review.name === 'lapsed') return repeated;
  const { validUntil = null } = state.review.name === 'approved' ? state.review : {};
  if (validUntil === null || transition.at < validUntil) return illegal(document, transition);
  return changed(document, reviewed(state, { name: 'lapsed', at: transition.at, validUntil }));
}
