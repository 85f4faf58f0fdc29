import { type DriverHealth, driverHealthSchema, type Ledger, ledgerSchema } from '@rideline/contract';
import { apiOf, dataOf } from '../api/api-client.ts';
import { createDebounce } from '../api/debounce.ts';
import { call, type TokenSource } from '../api/http.ts';
import { failedWith, type Loaded } from '../api/loaded.ts';
import type { Cab } from '../feed/fleet-store.ts';
import { createStore, type Store } from '../store.ts';
import { pointsOfTrack, type TrailPoint, withFix, withHistory } from './trail.ts';

/** How far back the trail goes, ms of the domain clock. */
export const TRAIL_MS = 30 * 60_000;
const LEDGER_EVERY_MS = 10_000;
/** The server reads a day of fixes for it. */
const HEALTH_EVERY_MS = 60_000;

/** API data about the selected cab, and its growing trail. */
export interface SelectedCab {
  readonly trail: Store<readonly TrailPoint[]>;
  /** Number of points loaded from the history. */
  readonly history: Store<Loaded<number>>;
  readonly ledger: Store<Loaded<Ledger>>;
  /** Of the last day. */
  readonly health: Store<Loaded<DriverHealth>>;
  select(id: string | null): void;
  /** Call with each new fix; fixes of other cabs are ignored. */
  onFix(cab: Cab): void;
  reload(): void;
  stop(): void;
}

interface Clocks {
  /** Domain time, null while the server's clock is unknown. */
  domainNowMs(): number | null;
  nowMs(): number;
}

/** The history needs the domain clock: call `reload` once it is known. */
export function createSelectedCab(token: TokenSource, clocks: Clocks): SelectedCab {
  const trail = createStore<readonly TrailPoint[]>([]);
  const history = createStore<Loaded<number>>({ kind: 'loading' });
  const ledger = createStore<Loaded<Ledger>>({ kind: 'loading' });
  const health = createStore<Loaded<DriverHealth>>({ kind: 'loading' });
  const api = apiOf(token);
  let selected: string | null = null;
  let request = new AbortController();
  const debounce = createDebounce(clocks.nowMs);

  const loadHistory = async (id: string, signal: AbortSignal) => {
    const to = clocks.domainNowMs();
    if (to === null) return;
    const query = new URLSearchParams({
      from: new Date(to - TRAIL_MS).toISOString(),
      to: new Date(to).toISOString(),
      format: 'geojson',
    });
    try {
      const points = await call(
        `/v1/drivers/${id}/track?${query}`,
        { parse: pointsOfTrack },
        { token, signal },
      );
      if (signal.aborted) return;
      trail.set(withHistory(trail.get(), points));
      history.set({ kind: 'ready', value: points.length });
    } catch (error) {
      if (!signal.aborted) history.set(failedWith(error));
    }
  };
  const loadLedger = async (id: string, signal: AbortSignal) => {
    try {
      const params = { path: { driverId: id } };
      const answer = await dataOf(api.GET('/v1/drivers/{driverId}/ledger', { params, signal }));
      const value = ledgerSchema.parse(answer);
      if (!signal.aborted) ledger.set({ kind: 'ready', value });
    } catch (error) {
      if (!signal.aborted) ledger.set(failedWith(error));
    }
  };
  const loadHealth = async (id: string, signal: AbortSignal) => {
    try {
      const params = { path: { driverId: id } };
      const answer = await dataOf(api.GET('/v1/drivers/{driverId}/health', { params, signal }));
      const value = driverHealthSchema.parse(answer);
      if (!signal.aborted) health.set({ kind: 'ready', value });
    } catch (error) {
      if (!signal.aborted) health.set(failedWith(error));
    }
  };
  const load = () => {
    request.abort();
    request = new AbortController();
    if (selected === null) return;
    void loadHistory(selected, request.signal);
    void loadLedger(selected, request.signal);
    void loadHealth(selected, request.signal);
  };
  const healthTimer = setInterval(() => {
    if (selected !== null && !document.hidden) void loadHealth(selected, request.signal);
  }, HEALTH_EVERY_MS);
  const timer = setInterval(() => {
    if (selected !== null && !document.hidden) void loadLedger(selected, request.signal);
  }, LEDGER_EVERY_MS);

  return {
    trail,
    history,
    ledger,
    health,
    select(id) {
      if (id === selected) return;
      selected = id;
      trail.set([]);
      history.set({ kind: 'loading' });
      ledger.set({ kind: 'loading' });
      health.set({ kind: 'loading' });
      request.abort();
      debounce.run(load);
    },
    onFix(cab) {
      if (cab.id === selected) trail.set(withFix(trail.get(), cab));
    },
    reload: load,
    stop() {
      debounce.stop();
      clearInterval(timer);
      clearInterval(healthTimer);
      request.abort();
    },
  };
}
