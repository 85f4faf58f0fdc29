import { CodedError } from '@rideline/contract';
import {
  decodeCursor,
  encodeCursor,
  type PageCursor,
  type PageRequest,
} from '@rideline/fleet/store/list-page';

/** The error for a cursor that no page has returned. */
export function invalidCursor(part: 'query' | 'body' = 'query'): CodedError {
  const issues = [{ path: `${part}.cursor`, message: 'must be a cursor from an earlier page' }];
  return new CodedError('VALIDATION', undefined, { issues });
}

/** @throws CodedError VALIDATION when the cursor is malformed */
export function pageOf({ limit, cursor }: { limit: number; cursor?: string | undefined }): PageRequest {
  const after = cursor === undefined ? null : decodeCursor(cursor);
  if (cursor !== undefined && after === null) throw invalidCursor();
  return { limit, after };
}

export function nextOf(next: PageCursor | null): string | null {
  return next && encodeCursor(next);
}
