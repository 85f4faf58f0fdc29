import type { DocumentType } from '@rideline/contract';
import { isValid } from './document.ts';
import type { StoredDocument } from './document-collection.ts';

/**
 * Until when somebody has all documents that he needs, epoch ms: the first end among the types, of each the latest valid one. −∞ when one is
 * missing, +∞ when none of them ever ends.
 */
export function compliantUntil(
  documents: readonly Pick<StoredDocument, 'type' | 'state'>[],
  required: readonly DocumentType[],
  nowMs: number,
): number {
  const ends = required.map((type) =>
    Math.max(
      Number.NEGATIVE_INFINITY,
      ...documents.filter((document) => document.type === type && isValid(document.state, nowMs)).map(endOf),
    ),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}

/** End of what is valid; +∞ for what does not end. */
export function endOf({ state }: Pick<StoredDocument, 'state'>): number {
  if (state.name !== 'processed' || state.review.name !== 'approved') return Number.NEGATIVE_INFINITY;
  return state.review.validUntil ?? Number.POSITIVE_INFINITY;
}
