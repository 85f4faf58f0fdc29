import type { DriverSearchAnswer, Offer, TripView } from '@rideline/contract';
import type { ApiClient } from '../../cluster/api-client.ts';

/** How far from the pick-up a visitor's driver may be to be given the ride. */
const NEAR_METRES = 2000;
/** Most that one search returns; the cabs of the replay are among them. */
const MOST_FOUND = 100;

/**
 * People who take part in a replay with the apps. By cost a cab that has waited for half an hour often precedes their own driver, who has just
 * gone online (docs/design/matching.md, "Cost"), so they would never meet: cabs of the replay leave the trip of a visitor to a visitor's driver.
 */
export class Visitors {
  readonly #api: Pick<ApiClient, 'call'>;
  readonly #isReplayedTrip: (tripId: string) => boolean;
  readonly #isReplayedCab: (driverId: string) => boolean;

  constructor(
    api: Pick<ApiClient, 'call'>,
    isReplayedTrip: (tripId: string) => boolean,
    isReplayedCab: (driverId: string) => boolean,
  ) {
    this.#api = api;
    this.#isReplayedTrip = isReplayedTrip;
    this.#isReplayedCab = isReplayedCab;
  }

  /** Whether the trip is a visitor's, and a visitor's free driver near its pick-up has not been asked yet. @throws ApiCallFailed */
  async haveDriverFor({ tripId, pickup }: Pick<Offer, 'tripId' | 'pickup'>): Promise<boolean> {
    if (this.#isReplayedTrip(tripId)) return false;
    const near = `lat=${pickup.lat}&lng=${pickup.lng}&radius=${NEAR_METRES}&limit=${MOST_FOUND}&status=available`;
    const { drivers } = await this.#api.call<DriverSearchAnswer>(
      'GET',
      `/v1/drivers/search?${near}`,
      undefined,
      1,
    );
    const own = drivers.filter(({ driverId }) => driverId !== undefined && !this.#isReplayedCab(driverId));
    if (own.length === 0) return false;
    const { offers = [] } = await this.#api.call<TripView>('GET', `/v1/trips/${tripId}`, undefined, 1);
    const asked = new Set<string | undefined>(offers.map(({ driverId }) => driverId));
    return own.some(({ driverId }) => !asked.has(driverId));
  }
}
