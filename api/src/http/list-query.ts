import { CodedError } from '@rideline/contract';
import {
  decodeCursor,
  encodeCursor,
  type PageCursor,
  type PageRequest,
} from '@rideline/fleet/store/list-page';

/** What is told of a cursor that no page has given. */
export function strangeCursor(part: 'query' | 'body' = 'query'): CodedError {
  const issues = [{ path: `${part}.cursor`, message: 'not a cursor of ours' }];
  return new CodedError('VALIDATION', undefined, { issues });
}

/** @throws CodedError VALIDATION when it is no cursor of ours */
export function pageOf({ limit, cursor }: { limit: number; cursor?: string | undefined }): PageRequest {
  const after = cursor === undefined ? null : decodeCursor(cursor);
  if (cursor !== undefined && after === null) throw strangeCursor();
  return { limit, after };
}

export function nextOf(next: PageCursor | null): string | null {
  return next && encodeCursor(next);
}
