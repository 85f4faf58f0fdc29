import type { ErrorCode, FleetFrame, TripsFrame } from '@rideline/contract';
import { type ChosenCab, chosenCab } from '../cabs/selected-cab.ts';
import { type ReviewReader, readReviews } from '../documents/review-queue.ts';
import { type ChosenDocument, chosenDocument } from '../documents/selected-document.ts';
import { type Connection, connect } from '../feed/connection.ts';
import { applyFrame, type Cab, EMPTY_FLEET, type Fleet } from '../feed/fleet-store.ts';
import type { View, WatchMode } from '../feed/watch-area.ts';
import { WatchSender } from '../feed/watch-sender.ts';
import type { City } from '../map/city.ts';
import { endSession, holdSession, nextSession, type Session } from '../session/session.ts';
import { keepSession } from '../session/session-keeper.ts';
import { createStore, type Store } from '../store.ts';
import { type HealthView, watchHealth } from '../strip/health.ts';
import { withSample } from '../strip/recent-rates.ts';
import { type AgeTier, ageLimits, ageTier } from '../time/age.ts';
import { type CityTime, cityTime } from '../time/city-time.ts';
import { betterClock, domainAt, type ServerClock, wasRestarted } from '../time/server-clock.ts';
import { type ChosenTrip, chosenTrip } from '../trips/selected-trip.ts';
import { readTrips, type TripReader } from '../trips/trip-reader.ts';
import type { Address } from './address.ts';
import { AddressBar } from './address-bar.ts';
import type { ThemeSwitch } from './theme.ts';

export interface Selection {
  readonly cab: string | null;
  /** Of cab, trip and document one is chosen at most. */
  readonly trip: string | null;
  readonly document: string | null;
  readonly follow: boolean;
}

/** Everything that the parts of the page share, for one session. Parts read stores and call the few verbs. */
export interface Page {
  readonly city: City;
  readonly time: CityTime;
  readonly theme: ThemeSwitch;
  readonly session: Session;
  readonly connection: Connection;
  readonly health: Store<HealthView>;
  readonly fleet: Store<Fleet>;
  readonly clock: Store<ServerClock | null>;
  /** Monotonic ms of the newest frame, null before the first. */
  readonly frameAt: Store<number | null>;
  /** Fixes per second, one sample a second. */
  readonly rates: Store<readonly number[]>;
  /** Changes once a second: what shows a time reads it. Monotonic ms. */
  readonly second: Store<number>;
  readonly selection: Store<Selection>;
  readonly chosen: ChosenCab;
  readonly trips: TripReader;
  readonly chosenTrip: ChosenTrip;
  readonly reviews: ReviewReader;
  readonly chosenDocument: ChosenDocument;
  readonly watchMode: Store<WatchMode>;
  /** Where a link wants the map to stand: the one that the page was opened with, or one put in later. */
  readonly askedView: Store<Address['view']>;
  now(): number;
  /** How old each cab is at this moment: made once for a list or a frame, asked for every car of it. */
  tiersNow(): (cab: Cab) => AgeTier;
  select(cab: string | null): void;
  selectTrip(trip: string | null): void;
  selectDocument(document: string | null): void;
  follow(on: boolean): void;
  /** The map moved to this view. */
  lookAt(view: View, center: { lat: number; lng: number }): void;
  /** @param code why, null when the operator wants to */
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
const monotonicNow = () => performance.timeOrigin + performance.now();

const SECOND_MS = 1000;
/** Figures older than this are not sampled: a silent feed has no rate. */
const FRESH_MS = 2000;

export function startPage({ city, theme, session, signOut }: Parts): Page {
  const now = monotonicNow;
  const keeper = keepSession({
    first: session,
    next: nextSession,
    nowMs: Date.now,
    random: Math.random,
    onRenewed: (renewed) => {
      holdSession(sessionStorage, renewed);
      connection.renew(renewed.token);
    },
    onEnded: signOut,
    channel: new BroadcastChannel('rideline.session'),
  });
  const fleet = createStore<Fleet>(EMPTY_FLEET);
  const clock = createStore<ServerClock | null>(null);
  const frameAt = createStore<number | null>(null);
  const rates = createStore<readonly number[]>([]);
  const second = createStore(now());

  const bar = new AddressBar(({ view, cab, trip, document, follow }) => {
    askedView.set(view);
    setSelection({ cab, trip, document, follow });
  });
  const askedView = createStore(bar.address.view);
  const selection = createStore<Selection>({
    cab: bar.address.cab,
    trip: bar.address.trip,
    document: bar.address.document,
    follow: bar.address.follow,
  });
  const domainNow = () => {
    const held = clock.get();
    return held === null ? null : domainAt(held, now());
  };
  const chosen = chosenCab(keeper.token, { domainNow, now });
  const trips = readTrips(keeper.token, now);
  const ofTrip = chosenTrip(keeper.token, now);
  const reviews = readReviews(keeper.token, now);
  const ofDocument = chosenDocument(keeper.token, now);
  const tellTrip = () => {
    const trip = trips.trips.get().get(selection.get().trip ?? '');
    if (trip !== undefined) ofTrip.onVersion(trip.tripId, trip.version);
  };
  const tellChosen = () => {
    const cab = fleet.get().cabs.get(selection.get().cab ?? '');
    if (cab !== undefined) chosen.onFix(cab);
  };
  const setSelection = (next: Selection) => {
    selection.set(next);
    chosen.choose(next.cab);
    tellChosen();
    ofTrip.choose(next.trip);
    ofDocument.choose(next.document);
    tellTrip();
    bar.write(next);
  };
  chosen.choose(selection.get().cab);
  ofTrip.choose(selection.get().trip);
  ofDocument.choose(selection.get().document);

  const onClock = (sample: ServerClock) => {
    const held = clock.get();
    if (wasRestarted(held, sample)) fleet.set(EMPTY_FLEET);
    clock.set(betterClock(held, sample));
    if (held === null) chosen.reload();
  };
  const onFrame = (frame: FleetFrame) => {
    const before = fleet.get();
    const next = applyFrame(before, frame);
    frameAt.set(now());
    fleet.set(next);
    // What is redrawn once a second does not wait for it when the first picture comes.
    if (!before.known && next.known) second.set(now());
    tellChosen();
    const { available, busy, offline } = frame.counts;
    watch.onFrame(next.cells !== null, available + busy + offline);
  };
  const onTrips = (frame: TripsFrame) => {
    trips.onFrame(frame);
    tellTrip();
  };
  const onConnected = () => {
    frameAt.set(null);
    trips.reload();
    reviews.reload();
  };
  const connection = connect(keeper.token, { onConnected, onFrame, onTrips, onClock }, now, Math.random);
  const watch = new WatchSender(connection.watch);
  const health = watchHealth(now);

  const ticker = setInterval(() => {
    const { counts } = fleet.get();
    const isFresh = now() - (frameAt.get() ?? 0) < FRESH_MS;
    if (counts !== null && isFresh) rates.set(withSample(rates.get(), counts.fixesPerSecond));
    const held = clock.get();
    if (held !== null) trips.tick(domainAt(held, now()), held.rate);
    second.set(now());
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
    frameAt,
    rates,
    second,
    selection,
    chosen,
    trips,
    chosenTrip: ofTrip,
    reviews,
    chosenDocument: ofDocument,
    watchMode: watch.mode,
    askedView,
    now,
    tiersNow: () => tiersAt(clock.get(), now()),
    select: (cab) =>
      setSelection({ cab, trip: null, document: null, follow: cab !== null && selection.get().follow }),
    selectTrip: (trip) => setSelection({ cab: null, trip, document: null, follow: false }),
    selectDocument: (document) => setSelection({ cab: null, trip: null, document, follow: false }),
    follow: (on) => setSelection({ ...selection.get(), follow: on && selection.get().cab !== null }),
    lookAt(view, { lat, lng }) {
      bar.write({ view: { zoom: view.zoom, lat, lng } });
      watch.look(view);
    },
    signOut(code) {
      // The server cannot be reached: the session runs out by itself, and this page has forgotten it.
      if (code === null) endSession(keeper.current()).catch((error) => console.warn('not signed out', error));
      signOut(code);
    },
    stop() {
      keeper.stop();
      bar.close();
      clearInterval(ticker);
      watch.close();
      health.stop();
      chosen.stop();
      trips.stop();
      ofTrip.stop();
      reviews.stop();
      ofDocument.stop();
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
