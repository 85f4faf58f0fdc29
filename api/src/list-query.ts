import { CodedError } from '@rideline/contract';
import { decodeCursor, encodeCursor, type PageCursor } from '@rideline/fleet/list-page';

/** @throws CodedError VALIDATION when it is no cursor of ours */
export function pageOf(query: { limit: number; cursor?: string | undefined }): {
  limit: number;
  after: PageCursor | null;
} {
  const { limit, cursor } = query;
  const after = cursor === undefined ? null : decodeCursor(cursor);
  if (cursor !== undefined && after === null) {
    throw new CodedError('VALIDATION', undefined, {
      issues: [{ path: 'query.cursor', message: 'not a cursor of ours' }],
    });
  }
  return { limit, after };
}

export function nextOf(next: PageCursor | null): string | null {
  return next && encodeCursor(next);
}
