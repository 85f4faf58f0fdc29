import type { RegionId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { listPage, type PageCursor, type PageRequest } from '../store/list-page.ts';
import { revocationCollection, type StoredRevocation } from './revocation-collection.ts';

/** One page of the stored revocations, newest first. */
export function listRevocations(
  db: Database,
  region: RegionId,
  subject: string | undefined,
  page: PageRequest,
): Promise<{ documents: StoredRevocation[]; next: PageCursor | null }> {
  return listPage<StoredRevocation>(db.model(revocationCollection), {
    filter: {
      region,
      ...(subject === undefined ? {} : { $and: [{ $or: [{ subject }, { userId: subject }] }] }),
    },
    time: 'at',
    ...page,
  });
}
