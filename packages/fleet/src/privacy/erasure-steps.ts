import type { UserId } from '@rideline/contract';
import { endAccess, eraseAccount, eraseDocuments, eraseTracks } from './erase-account.ts';
import { awaitFixStreams, eraseDeadLetters, eraseFromRedis } from './erase-redis.ts';
import { endTrips, eraseCandidates, eraseFromTrips, eraseTripTraces } from './erase-trips.ts';
import type { StoredErasure } from './erasure-collection.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';
import { holdsId } from './replace-id.ts';

export interface ErasureStep {
  readonly name: string;
  /**
   * Runs the step; repeating what a killed run had already done is harmless.
   * @param onTouched for a step that may take minutes: reports what it has touched since its last report, and rejects when it must stop
   * @returns documents, keys, entries or objects touched since the last report
   * @throws ErasureBlocked when it has to wait
   */
  readonly run: (
    parts: ErasureParts,
    userId: UserId,
    erasure: StoredErasure,
    onTouched: (count: number) => Promise<void>,
  ) => Promise<number>;
}

async function eraseJobs({ purgeJobs }: ErasureParts, userId: UserId): Promise<number> {
  const { removed, active } = await purgeJobs((data) => holdsId(data, String(userId)));
  if (active > 0) throw new ErasureBlocked(`${active} jobs about the person are active`);
  return removed;
}

/** In this order: first access ends, so that nothing new is stored; then data that refers to other data is erased after it. */
export const ERASURE_STEPS: readonly ErasureStep[] = [
  { name: 'access', run: endAccess },
  { name: 'trips:open', run: endTrips },
  { name: 'log:fixes', run: awaitFixStreams },
  { name: 'log:dead-letters', run: eraseDeadLetters },
  { name: 's3+mongo:documents', run: eraseDocuments },
  { name: 'state:jobs', run: eraseJobs },
  { name: 'trips:traces', run: eraseTripTraces },
  { name: 'mongo:trips', run: eraseFromTrips },
  { name: 'mongo:considerations', run: eraseCandidates },
  { name: 'mongo:tracks', run: eraseTracks },
  { name: 'mongo:account', run: eraseAccount },
  { name: 'state+cache:keys', run: eraseFromRedis },
];
