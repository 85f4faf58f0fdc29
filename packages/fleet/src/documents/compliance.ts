import type { DocumentType } from '@rideline/contract';
import { isValid } from './document.ts';
import type { StoredDocument } from './document-collection.ts';

/**
 * Until when a driver has all required documents, epoch ms: for each type the latest end of a valid document, and of these the earliest.
 * −∞ when a type is missing, +∞ when none of them ends.
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

/** End of validity of an approved document; +∞ when it has none, −∞ when it is not approved. */
export function endOf({ state }: Pick<StoredDocument, 'state'>): number {
  if (state.name !== 'processed' || state.review.name !== 'approved') return Number.NEGATIVE_INFINITY;
  return state.review.validUntil ?? Number.POSITIVE_INFINITY;
}
