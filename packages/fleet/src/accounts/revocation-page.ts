import type { RegionId } from '@rideline/contract';
import { listPage, type PageAsked, type PageCursor } from '../store/list-page.ts';
import type { Models, StoredRevocation } from '../store/models.ts';

/** Revocations that have not run out, newest first, a page at a time. */
export function listRevocations(
  models: Pick<Models, 'revocations'>,
  region: RegionId,
  subject: string | undefined,
  page: PageAsked,
): Promise<{ documents: StoredRevocation[]; next: PageCursor | null }> {
  return listPage<StoredRevocation>(models.revocations.collection, {
    filter: {
      region,
      ...(subject === undefined ? {} : { $and: [{ $or: [{ subject }, { userId: subject }] }] }),
    },
    time: 'at',
    ...page,
  });
}
