import type { Offer, TripSnapshot } from '@rideline/contract';
import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { Driver } from '../driver/driver.ts';
import { clientStore, onEach, storeOfEach } from './client-store.ts';

/** What a driver's screen shows. The same object until something in it changes. */
export interface DriverView {
  readonly connection: ConnectionState;
  /** The current ride. */
  readonly trip: TripSnapshot | null;
  /** The ride after it. */
  readonly queued: TripSnapshot | null;
  /** How many follow the current ride. */
  readonly watchers: number;
}

const driverStore = storeOfEach((driver: Driver) =>
  clientStore<DriverView>(
    (listener) =>
      onEach([driver.on('state', listener), driver.on('trip', listener), driver.on('watchers', listener)]),
    () => ({ connection: driver.state, trip: driver.trip, queued: driver.queued, watchers: driver.watchers }),
  ),
);

/**
 * The state of a driver's client. The client is made and connected outside React, once per app: the hook subscribes, and an unmount ends
 * only that.
 */
export function useDriver(driver: Driver): DriverView {
  const { subscribe, read } = driverStore(driver);
  return useSyncExternalStore(subscribe, read, read);
}

const offersStore = storeOfEach((driver: Driver) =>
  clientStore<readonly Offer[]>(
    (listener) => driver.on('offers', listener),
    () => driver.offers,
  ),
);

/** The open offers, oldest first: the same list until an offer comes or goes. */
export function useOffers(driver: Driver): readonly Offer[] {
  const { subscribe, read } = offersStore(driver);
  return useSyncExternalStore(subscribe, read, read);
}
