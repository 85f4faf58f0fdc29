import {
  type TripList,
  type TripSummary,
  type TripsFrame,
  tripListSchema,
  tripViewSchema,
} from '@rideline/contract';
import { type CallOptions, call, type TokenSource } from '../api/http.ts';
import type { Loaded } from '../api/loaded.ts';
import { startPolling } from '../api/polling.ts';
import { readPages } from '../api/read-pages.ts';
import { createStore, type Store } from '../store.ts';
import { summaryOfView, type Trips, withCurrentList, withoutOld, withTrips } from './trip-store.ts';

/** Reading the whole list finds what the feed has missed. */
const READ_EVERY_MS = 30_000;
const PAGE = 100;
/** At most 2,000 open trips are read, and 2,000 rides to review. */
const MAX_PAGES = 20;
/** Trips requested singly after the list was read. */
const MAX_UNLISTED_TRIPS = 50;

export interface TripReader {
  readonly trips: Store<Trips>;
  /** The state of reading the list: nothing is known before the first one. */
  readonly state: Store<Loaded<number>>;
  onFrame(frame: TripsFrame): void;
  /** Reads the whole list now. */
  reload(): void;
  /** Removes trips that ended long ago. */
  tick(domainMs: number, rate: number): void;
  stop(): void;
}

/** Keeps the trips of the page current: the list by REST, then changes from the feed. */
export function readTrips(token: TokenSource): TripReader {
  const trips = createStore<Trips>(new Map());
  const readAll = async (
    filter: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<TripSummary[]> => {
    const query = { ...filter, limit: String(PAGE) };
    const itemsOf = ({ trips: views }: TripList) => views.map(summaryOfView);
    return (await readPages('/v1/trips', query, tripListSchema, { itemsOf, maxPages: MAX_PAGES, options }))
      .items;
  };
  const read = async (signal: AbortSignal): Promise<number> => {
    const options = { token, signal };
    const open = await readAll({ open: 'true' }, options);
    const toReview = await readAll({ attention: 'fare_review' }, options);
    const list = withCurrentList(trips.get(), [...open, ...toReview]);
    trips.set(list.trips);
    for (const tripId of list.unlisted.slice(0, MAX_UNLISTED_TRIPS)) {
      const view = await call(`/v1/trips/${tripId}`, tripViewSchema, options);
      trips.set(withTrips(trips.get(), [summaryOfView(view)]));
    }
    return trips.get().size;
  };

  return {
    trips,
    ...startPolling(read, READ_EVERY_MS),
    onFrame: (frame) => trips.set(withTrips(trips.get(), frame.trips)),
    tick: (domainMs, rate) => trips.set(withoutOld(trips.get(), domainMs, rate)),
  };
}
