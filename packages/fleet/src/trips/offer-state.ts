import type { RegionId, TripId } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { tripCollection } from './trip-collection.ts';

/** Whether the offer of this attempt was withdrawn: the trip was cancelled, or another driver was faster. */
export async function isOfferWithdrawn(
  db: Database,
  region: RegionId,
  { tripId, attempt }: { readonly tripId?: unknown; readonly attempt?: unknown },
): Promise<boolean> {
  if (typeof tripId !== 'string' || typeof attempt !== 'number') return false;
  const trip = await db
    .collection(tripCollection)
    .findOne({ _id: tripId as TripId, region }, { projection: { offers: 1 } });
  return trip?.offers.some((offer) => offer.attempt === attempt && offer.state === 'revoked') ?? false;
}
