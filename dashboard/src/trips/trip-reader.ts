import {
  type TripList,
  type TripSummary,
  type TripsFrame,
  tripListSchema,
  tripViewSchema,
} from '@rideline/contract';
import { type CallOptions, call, type TokenSource } from '../api/http.ts';
import type { Loaded } from '../api/loaded.ts';
import { readRegularly } from '../api/polling.ts';
import { readPages } from '../api/read-pages.ts';
import { createStore, type Store } from '../store.ts';
import { summaryOfView, type Trips, withOpenList, withoutOld, withTrips } from './trip-store.ts';

/** What the feed has missed is found by reading the whole list. */
const READ_EVERY_MS = 30_000;
const PAGE = 100;
/** Pages read at most: 2,000 open trips. */
const MOST_PAGES = 20;
/** Trips asked for one by one after a reading. */
const MOST_UNSURE = 50;

export interface TripReader {
  readonly trips: Store<Trips>;
  /** The reading of the list: nothing is known before the first one. */
  readonly state: Store<Loaded<number>>;
  onFrame(frame: TripsFrame): void;
  /** Reads the whole list now. */
  reload(): void;
  /** Forgets what ended long ago. */
  tick(domainMs: number, rate: number): void;
  stop(): void;
}

/** Keeps the trips of the page: the list by REST, then what the feed tells. */
export function readTrips(token: TokenSource, now: () => number): TripReader {
  const trips = createStore<Trips>(new Map());
  const readOpen = async (options: CallOptions): Promise<TripSummary[]> => {
    const query = { open: 'true', limit: String(PAGE) };
    const itemsOf = ({ trips: views }: TripList) => views.map(summaryOfView);
    return (await readPages('/v1/trips', query, tripListSchema, { itemsOf, mostPages: MOST_PAGES, options }))
      .items;
  };
  const read = async (signal: AbortSignal): Promise<number> => {
    const options = { token, signal };
    const list = withOpenList(trips.get(), await readOpen(options));
    trips.set(list.trips);
    for (const tripId of list.unsure.slice(0, MOST_UNSURE)) {
      const view = await call(`/v1/trips/${tripId}`, tripViewSchema, options);
      trips.set(withTrips(trips.get(), [summaryOfView(view)]));
    }
    return trips.get().size;
  };

  return {
    trips,
    ...readRegularly(read, { everyMs: READ_EVERY_MS, now }),
    onFrame: (frame) => trips.set(withTrips(trips.get(), frame.trips)),
    tick: (domainMs, rate) => trips.set(withoutOld(trips.get(), domainMs, rate)),
  };
}
