import type { ErrorCode, FleetFrame, TripsFrame } from '@rideline/contract';
import { createSelectedCab, type SelectedCab } from '../cabs/selected-cab.ts';
import { openReviewQueue, type ReviewQueue } from '../documents/review-queue.ts';
import { createSelectedDocument, type SelectedDocument } from '../documents/selected-document.ts';
import { type Connection, connect } from '../feed/connection.ts';
import { applyFrame, type Cab, EMPTY_FLEET, type Fleet } from '../feed/fleet-store.ts';
import type { View, WatchMode } from '../feed/watch-area.ts';
import { WatchSender } from '../feed/watch-sender.ts';
import type { City } from '../map/city.ts';
import { endSession, nextSession, type Session, saveSession } from '../session/session.ts';
import { keepSession } from '../session/session-keeper.ts';
import { createStore, type Store } from '../store.ts';
import { type HealthView, watchHealth } from '../strip/health.ts';
import { withSample } from '../strip/recent-rates.ts';
import { type AgeTier, ageLimits, ageTier } from '../time/age.ts';
import { type CityTime, cityTime } from '../time/city-time.ts';
import { betterClock, domainAt, type ServerClock, wasRestarted } from '../time/server-clock.ts';
import { createSelectedTrip, type SelectedTrip } from '../trips/selected-trip.ts';
import { readTrips, type TripReader } from '../trips/trip-reader.ts';
import type { Address } from './address.ts';
import { AddressBar } from './address-bar.ts';
import { tabStorage } from './page-storage.ts';
import type { ThemeSwitch } from './theme.ts';

export interface Selection {
  readonly cab: string | null;
  /** At most one of cab, trip and document is selected. */
  readonly trip: string | null;
  readonly document: string | null;
  readonly follow: boolean;
}

/** The shared state of the page for one session: components read its stores and call its methods. */
export interface Page {
  readonly city: City;
  readonly time: CityTime;
  readonly theme: ThemeSwitch;
  readonly session: Session;
  readonly connection: Connection;
  readonly health: Store<HealthView>;
  readonly fleet: Store<Fleet>;
  readonly clock: Store<ServerClock | null>;
  /** Time of the newest frame of this connection, null before the first. */
  readonly frameAtMs: Store<number | null>;
  /** Fixes per second, one sample a second. */
  readonly rates: Store<readonly number[]>;
  /** The current time, updated once a second: components that show a time depend on it. */
  readonly second: Store<number>;
  readonly selection: Store<Selection>;
  readonly selectedCab: SelectedCab;
  readonly trips: TripReader;
  readonly selectedTrip: SelectedTrip;
  readonly reviews: ReviewQueue;
  readonly selectedDocument: SelectedDocument;
  readonly watchMode: Store<WatchMode>;
  /** The map view of the link that the page was opened with, or of one entered later. */
  readonly requestedView: Store<Address['view']>;
  nowMs(): number;
  /** Returns the age tier of a cab at this moment; created once per list or frame and called for each of its cars. */
  tiersNow(): (cab: Cab) => AgeTier;
  selectCab(cab: string | null): void;
  selectTrip(trip: string | null): void;
  selectDocument(document: string | null): void;
  follow(on: boolean): void;
  /** Call when the map has moved to this view. */
  onMapMoved(view: View, center: { lat: number; lng: number }): void;
  /** @param code why the session ended; null when the operator signs out */
  signOut(code: ErrorCode | null): void;
  stop(): void;
}

interface Parts {
  readonly city: City;
  readonly theme: ThemeSwitch;
  readonly session: Session;
  readonly signOut: (code: ErrorCode | null) => void;
}

/** Epoch ms that never step back while the page is open, whatever the computer's clock does. */
const monotonicNowMs = () => performance.timeOrigin + performance.now();

const SECOND_MS = 1000;
/** Counts older than this are not sampled: a silent feed has no rate. */
const FRESH_MS = 2000;

export function startPage({ city, theme, session, signOut }: Parts): Page {
  const nowMs = monotonicNowMs;
  const keeper = keepSession({
    first: session,
    next: nextSession,
    nowMs: Date.now,
    random: Math.random,
    onRenewed: (renewed) => {
      saveSession(tabStorage, renewed);
      connection.renew(renewed.token);
    },
    onEnded: signOut,
    channel: new BroadcastChannel('rideline.session'),
  });
  const fleet = createStore<Fleet>(EMPTY_FLEET);
  const clock = createStore<ServerClock | null>(null);
  const frameAtMs = createStore<number | null>(null);
  const rates = createStore<readonly number[]>([]);
  const second = createStore(nowMs());

  const bar = new AddressBar(({ view, cab, trip, document, follow }) => {
    requestedView.set(view);
    setSelection({ cab, trip, document, follow });
  });
  const requestedView = createStore(bar.address.view);
  const selection = createStore<Selection>({
    cab: bar.address.cab,
    trip: bar.address.trip,
    document: bar.address.document,
    follow: bar.address.follow,
  });
  const domainNowMs = () => {
    const held = clock.get();
    return held === null ? null : domainAt(held, nowMs());
  };
  const selectedCab = createSelectedCab(keeper.token, { domainNowMs, nowMs });
  const trips = readTrips(keeper.token);
  const selectedTrip = createSelectedTrip(keeper.token, nowMs);
  const reviews = openReviewQueue(keeper.token);
  const selectedDocument = createSelectedDocument(keeper.token, nowMs);
  const updateSelectedTrip = () => {
    const trip = trips.trips.get().get(selection.get().trip ?? '');
    if (trip !== undefined) selectedTrip.onVersion(trip.tripId, trip.version);
  };
  const updateSelectedCab = () => {
    const cab = fleet.get().cabs.get(selection.get().cab ?? '');
    if (cab !== undefined) selectedCab.onFix(cab);
  };
  const setSelection = (next: Selection) => {
    selection.set(next);
    selectedCab.select(next.cab);
    updateSelectedCab();
    selectedTrip.select(next.trip);
    selectedDocument.select(next.document);
    updateSelectedTrip();
    bar.write(next);
  };
  selectedCab.select(selection.get().cab);
  selectedTrip.select(selection.get().trip);
  selectedDocument.select(selection.get().document);

  const onClock = (sample: ServerClock) => {
    const held = clock.get();
    if (wasRestarted(held, sample)) fleet.set(EMPTY_FLEET);
    clock.set(betterClock(held, sample));
    if (held === null) selectedCab.reload();
  };
  const onFrame = (frame: FleetFrame) => {
    const before = fleet.get();
    const next = applyFrame(before, frame);
    frameAtMs.set(nowMs());
    fleet.set(next);
    // The first frame is shown immediately, without waiting for the next tick.
    if (!before.known && next.known) second.set(nowMs());
    updateSelectedCab();
    const { available, busy, offline } = frame.counts;
    watch.onFrame(next.cells !== null, available + busy + offline);
  };
  const onTrips = (frame: TripsFrame) => {
    trips.onFrame(frame);
    updateSelectedTrip();
  };
  const onConnected = () => {
    frameAtMs.set(null);
    trips.reload();
    reviews.reload();
  };
  const connection = connect(keeper.token, { onConnected, onFrame, onTrips, onClock }, nowMs, Math.random);
  const watch = new WatchSender(connection.watch);
  const health = watchHealth(nowMs);

  const ticker = setInterval(() => {
    const { counts } = fleet.get();
    const isFresh = nowMs() - (frameAtMs.get() ?? 0) < FRESH_MS;
    if (counts !== null && isFresh) rates.set(withSample(rates.get(), counts.fixesPerSecond));
    const held = clock.get();
    if (held !== null) trips.tick(domainAt(held, nowMs()), held.rate);
    second.set(nowMs());
  }, SECOND_MS);

  return {
    city,
    time: cityTime(city.timeZone),
    theme,
    session,
    connection,
    health: health.view,
    fleet,
    clock,
    frameAtMs,
    rates,
    second,
    selection,
    selectedCab,
    trips,
    selectedTrip,
    reviews,
    selectedDocument,
    watchMode: watch.mode,
    requestedView,
    nowMs,
    tiersNow: () => tiersAt(clock.get(), nowMs()),
    selectCab: (cab) =>
      setSelection({ cab, trip: null, document: null, follow: cab !== null && selection.get().follow }),
    selectTrip: (trip) => setSelection({ cab: null, trip, document: null, follow: false }),
    selectDocument: (document) => setSelection({ cab: null, trip: null, document, follow: false }),
    follow: (on) => setSelection({ ...selection.get(), follow: on && selection.get().cab !== null }),
    onMapMoved(view, { lat, lng }) {
      bar.write({ view: { zoom: view.zoom, lat, lng } });
      watch.setView(view);
    },
    signOut(code) {
      // When the server cannot be reached, the session expires by itself, and this page has discarded it.
      if (code === null)
        endSession(keeper.current()).catch((error) => console.warn('sign-out failed', error));
      signOut(code);
    },
    stop() {
      keeper.stop();
      bar.close();
      clearInterval(ticker);
      watch.close();
      health.stop();
      selectedCab.stop();
      trips.stop();
      selectedTrip.stop();
      reviews.stop();
      selectedDocument.stop();
      connection.close();
    },
  };
}

function tiersAt(clock: ServerClock | null, nowMs: number): (cab: Cab) => AgeTier {
  if (clock === null) return () => 0;
  const limits = ageLimits(clock);
  const domainMs = domainAt(clock, nowMs);
  return (cab) => ageTier(domainMs - cab.at, limits);
}
