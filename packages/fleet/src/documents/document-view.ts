import { DOCUMENT_REJECTIONS, type DocumentView, toIsoTime, toIsoTimeOrNull } from '@rideline/contract';
import { type DocumentState, type Review, statusOf } from './document.ts';
import type { StoredDocument } from './document-collection.ts';

function reviewView(review: Review): NonNullable<DocumentView['review']> {
  return {
    state: review.name,
    reason: 'reason' in review ? review.reason : null,
    at: 'at' in review ? toIsoTime(review.at) : null,
  };
}

function validUntilDayOf(state: DocumentState): string | null {
  if (state.name !== 'processed' || state.review.name !== 'approved') return null;
  return state.review.validUntilDay ?? null;
}

/** A document for REST: without the location of its file and without the reviewer. */
export function documentView(document: StoredDocument): DocumentView {
  const { _id, userId, type, state, version, size, contentType, createdAt, updatedAt, validUntil } = document;
  const { code = null } = state.name === 'rejected' ? state : {};
  return {
    documentId: _id,
    userId,
    type,
    status: statusOf(state),
    version,
    size,
    contentType,
    createdAt: toIsoTime(createdAt),
    updatedAt: toIsoTime(updatedAt),
    expiresAt: state.name === 'granted' ? toIsoTime(state.expiresAt) : null,
    rejection: code && { code, text: DOCUMENT_REJECTIONS[code] },
    review: state.name === 'processed' ? reviewView(state.review) : null,
    validUntil: toIsoTimeOrNull(validUntil),
    validUntilDay: validUntilDayOf(state),
    facts: state.name === 'processed' ? state.facts : null,
  };
}
