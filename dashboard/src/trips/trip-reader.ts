import {
  type TripList,
  type TripSummary,
  type TripsFrame,
  tripListSchema,
  tripViewSchema,
} from '@rideline/contract';
import { call, type TokenSource } from '../http.ts';
import { failedWith, type Loaded } from '../loaded.ts';
import { readPages } from '../read-pages.ts';
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
  const state = createStore<Loaded<number>>({ kind: 'loading' });
  const stopped = new AbortController();
  const options = { token, signal: stopped.signal };
  let reading = false;

  const readOpen = async (): Promise<TripSummary[]> => {
    const query = { open: 'true', limit: String(PAGE) };
    const itemsOf = ({ trips: views }: TripList) => views.map(summaryOfView);
    return (await readPages('/v1/trips', query, tripListSchema, { itemsOf, mostPages: MOST_PAGES, options }))
      .items;
  };
  const read = async () => {
    if (reading) return;
    reading = true;
    try {
      const list = withOpenList(trips.get(), await readOpen());
      trips.set(list.trips);
      for (const tripId of list.unsure.slice(0, MOST_UNSURE)) {
        const view = await call(`/v1/trips/${tripId}`, tripViewSchema, options);
        trips.set(withTrips(trips.get(), [summaryOfView(view)]));
      }
      state.set({ kind: 'ready', value: trips.get().size, at: now() });
    } catch (error) {
      if (!stopped.signal.aborted) state.set(failedWith(error));
    } finally {
      reading = false;
    }
  };
  const timer = setInterval(() => {
    if (!document.hidden) void read();
  }, READ_EVERY_MS);

  return {
    trips,
    state,
    onFrame: (frame) => trips.set(withTrips(trips.get(), frame.trips)),
    reload: () => void read(),
    tick: (domainMs, rate) => trips.set(withoutOld(trips.get(), domainMs, rate)),
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
