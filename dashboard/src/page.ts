import type { ErrorCode } from '@rideline/contract';
import { NO_ADDRESS, readAddress, writeAddress } from './address.ts';
import { type AgeTier, ageLimits, ageTier } from './age.ts';
import { type ChosenCab, chosenCab } from './chosen-cab.ts';
import type { City } from './city.ts';
import { type CityTime, cityTime } from './city-time.ts';
import { type Connection, connect } from './connection.ts';
import { applyFrame, type Cab, EMPTY_FLEET, type Fleet } from './fleet-store.ts';
import { type HealthView, watchHealth } from './health.ts';
import { withSample } from './recent-rates.ts';
import { betterClock, domainAt, type ServerClock, wasRestarted } from './server-clock.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';
import type { ThemeSwitch } from './theme.ts';
import { nextMode, sameWatch, type View, type WatchMode, watchFor } from './watch-area.ts';

export interface Selection {
  readonly cab: string | null;
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
  readonly watchMode: Store<WatchMode>;
  /** Where the map stood when the page was opened, from the address bar. */
  readonly firstView: { zoom: number; lat: number; lng: number } | null;
  now(): number;
  /** How old each cab is at this moment: made once for a list or a frame, asked for every car of it. */
  tiersNow(): (cab: Cab) => AgeTier;
  select(cab: string | null): void;
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

const WATCH_EVERY_MS = 300;
const HASH_EVERY_MS = 500;

export function startPage({ city, theme, session, signOut }: Parts): Page {
  const now = monotonicNow;
  const first = readAddress(location.hash);
  const fleet = createStore<Fleet>(EMPTY_FLEET);
  const clock = createStore<ServerClock | null>(null);
  const frameAt = createStore<number | null>(null);
  const rates = createStore<readonly number[]>([]);
  const second = createStore(now());
  const selection = createStore<Selection>({ cab: first.cab, follow: first.follow });
  const watchMode = createStore<WatchMode>('fleet');
  let address = { ...NO_ADDRESS, ...first };
  let view: View | null = null;
  let watched = watchFor('fleet', { west: 0, south: 0, east: 0, north: 0, zoom: 11 });
  let watchTimer: ReturnType<typeof setTimeout> | undefined;

  const domainNow = () => {
    const held = clock.get();
    return held === null ? null : domainAt(held, now());
  };
  const chosen = chosenCab(session.token, { domainNow, now });
  const connection = connect(
    session.token,
    {
      onConnected: () => frameAt.set(null),
      onClock(sample) {
        const held = clock.get();
        if (wasRestarted(held, sample)) fleet.set(EMPTY_FLEET);
        clock.set(betterClock(held, sample));
        if (held === null) chosen.reload();
      },
      onFrame(frame) {
        const next = applyFrame(fleet.get(), frame);
        const first = !fleet.get().known && next.known;
        frameAt.set(now());
        fleet.set(next);
        if (first) second.set(now());
        const cab = next.cabs.get(selection.get().cab ?? '');
        if (cab !== undefined) chosen.onFix(cab);
        const { available, busy, offline } = frame.counts;
        watchMode.set(nextMode(watchMode.get(), next.cells !== null, available + busy + offline));
        queueWatch();
      },
    },
    now,
    Math.random,
  );
  const sendWatch = () => {
    watchTimer = undefined;
    if (view === null) return;
    const next = watchFor(watchMode.get(), view);
    // The whole fleet is the same at every zoom; only the view's watch follows the map.
    const same =
      watchMode.get() === 'fleet'
        ? sameWatch({ ...next, zoom: watched.zoom }, watched)
        : sameWatch(next, watched);
    if (same) return;
    watched = next;
    connection.watch(next);
  };
  const queueWatch = () => {
    watchTimer ??= setTimeout(sendWatch, WATCH_EVERY_MS);
  };
  connection.watch(watched);

  // A followed cab moves the map with every frame, and browsers allow some 100 changes of the address in 30 s.
  let hashTimer: ReturnType<typeof setTimeout> | undefined;
  const writeHash = () => {
    hashTimer ??= setTimeout(() => {
      hashTimer = undefined;
      history.replaceState(history.state, '', writeAddress(address) || location.pathname);
    }, HASH_EVERY_MS);
  };
  const setSelection = (next: Selection) => {
    selection.set(next);
    chosen.choose(next.cab);
    const cab = fleet.get().cabs.get(next.cab ?? '');
    if (cab !== undefined) chosen.onFix(cab);
    address = { ...address, cab: next.cab, follow: next.follow };
    writeHash();
  };
  const onHash = () => {
    const { cab, follow } = readAddress(location.hash);
    setSelection({ cab, follow });
  };
  addEventListener('hashchange', onHash);
  chosen.choose(first.cab);

  const ticker = setInterval(() => {
    const { counts } = fleet.get();
    const fresh = now() - (frameAt.get() ?? 0) < 2000;
    if (counts !== null && fresh) rates.set(withSample(rates.get(), counts.fixesPerSecond));
    if (session.expiresAtMs <= Date.now()) signOut('TOKEN_EXPIRED');
    second.set(now());
  }, 1000);
  const health = watchHealth(now);

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
    watchMode,
    firstView: first.view,
    now,
    tiersNow() {
      const held = clock.get();
      if (held === null) return () => 0;
      const limits = ageLimits(held);
      const domainMs = domainAt(held, now());
      return (cab) => ageTier(domainMs - cab.at, limits);
    },
    select: (cab) => setSelection({ cab, follow: cab !== null && selection.get().follow }),
    follow: (on) => setSelection({ ...selection.get(), follow: on && selection.get().cab !== null }),
    lookAt(next, center) {
      view = next;
      address = { ...address, view: { zoom: next.zoom, ...center } };
      writeHash();
      queueWatch();
    },
    signOut,
    stop() {
      removeEventListener('hashchange', onHash);
      clearInterval(ticker);
      clearTimeout(watchTimer);
      clearTimeout(hashTimer);
      health.stop();
      chosen.stop();
      connection.close();
    },
  };
}
