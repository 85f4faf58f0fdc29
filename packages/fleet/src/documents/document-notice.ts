import { DOCUMENT_REJECTIONS, type NotificationKind } from '@rideline/contract';
import { unreachable } from './document.ts';
import type { StoredDocument } from './document-collection.ts';

/** Notification to the owner of a document about its state; its id makes repeats have no effect. */
export interface DocumentNotice {
  readonly notificationId: string;
  readonly kind: NotificationKind;
  readonly data: Readonly<Record<string, unknown>>;
}

function kindOf(document: StoredDocument): NotificationKind | null {
  const { state } = document;
  switch (state.name) {
    case 'granted':
    case 'expired':
      return null;
    case 'uploaded':
    case 'processing':
      return 'document_status';
    case 'processed':
      if (state.review.name === 'approved') return 'document_approved';
      if (state.review.name === 'rejected') return 'document_rejected';
      return state.review.name === 'lapsed' ? 'document_expired' : 'document_status';
    case 'rejected':
      return 'document_rejected';
    default:
      return unreachable(state);
  }
}

/** null: the owner needs no notification of this state. */
export function noticeOf(document: StoredDocument): DocumentNotice | null {
  const kind = kindOf(document);
  if (kind === null) return null;
  const { _id, type, version, state } = document;
  return {
    notificationId: `${_id}-${version}`,
    kind,
    data: {
      documentId: _id,
      documentType: type,
      status: state.name,
      version,
      ...(state.name === 'rejected' ? { code: state.code, text: DOCUMENT_REJECTIONS[state.code] } : {}),
      ...(state.name === 'processed' ? { review: state.review.name } : {}),
      ...(state.name === 'processed' && state.review.name === 'rejected'
        ? { code: 'NOT_ACCEPTED', text: state.review.reason }
        : {}),
    },
  };
}
