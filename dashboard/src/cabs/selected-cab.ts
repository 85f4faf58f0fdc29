import { type Ledger, ledgerSchema } from '@rideline/contract';
import { apiOf, dataOf } from '../api/api-client.ts';
import { createSettling } from '../api/debounce.ts';
import { call, type TokenSource } from '../api/http.ts';
import { failedWith, type Loaded } from '../api/loaded.ts';
import type { Cab } from '../feed/fleet-store.ts';
import { createStore, type Store } from '../store.ts';
import { pointsOfTrack, type TrailPoint, withFix, withHistory } from './trail.ts';

/** How far back the trail goes, ms of the domain clock. */
export const TRAIL_MS = 30 * 60_000;
const LEDGER_EVERY_MS = 10_000;

/** What is asked from the API about the chosen cab, and its trail as it grows. */
export interface ChosenCab {
  readonly trail: Store<readonly TrailPoint[]>;
  /** How many points the history gave. */
  readonly history: Store<Loaded<number>>;
  readonly ledger: Store<Loaded<Ledger>>;
  choose(id: string | null): void;
  /** The newest fix of the chosen cab. */
  onFix(cab: Cab): void;
  reload(): void;
  stop(): void;
}

interface Clocks {
  /** Domain time, null while the server's clock is not known. */
  domainNow(): number | null;
  now(): number;
}

/** The history needs the domain clock: a track asked before it is known is asked when `reload` is called. */
export function chosenCab(token: TokenSource, clocks: Clocks): ChosenCab {
  const trail = createStore<readonly TrailPoint[]>([]);
  const history = createStore<Loaded<number>>({ kind: 'loading' });
  const ledger = createStore<Loaded<Ledger>>({ kind: 'loading' });
  const api = apiOf(token);
  let chosen: string | null = null;
  let asked = new AbortController();
  const settling = createSettling(clocks.now);

  const askHistory = async (id: string, signal: AbortSignal) => {
    const to = clocks.domainNow();
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
      history.set({ kind: 'ready', value: points.length, at: clocks.now() });
    } catch (error) {
      if (!signal.aborted) history.set(failedWith(error));
    }
  };
  const askLedger = async (id: string, signal: AbortSignal) => {
    try {
      const params = { path: { driverId: id } };
      const answer = await dataOf(api.GET('/v1/drivers/{driverId}/ledger', { params, signal }));
      const value = ledgerSchema.parse(answer);
      if (!signal.aborted) ledger.set({ kind: 'ready', value, at: clocks.now() });
    } catch (error) {
      if (!signal.aborted) ledger.set(failedWith(error));
    }
  };
  const ask = () => {
    asked.abort();
    asked = new AbortController();
    if (chosen === null) return;
    void askHistory(chosen, asked.signal);
    void askLedger(chosen, asked.signal);
  };
  const timer = setInterval(() => {
    if (chosen !== null && !document.hidden) void askLedger(chosen, asked.signal);
  }, LEDGER_EVERY_MS);

  return {
    trail,
    history,
    ledger,
    choose(id) {
      if (id === chosen) return;
      chosen = id;
      trail.set([]);
      history.set({ kind: 'loading' });
      ledger.set({ kind: 'loading' });
      asked.abort();
      settling.run(ask);
    },
    onFix(cab) {
      if (cab.id === chosen) trail.set(withFix(trail.get(), cab));
    },
    reload: ask,
    stop() {
      settling.stop();
      clearInterval(timer);
      asked.abort();
    },
  };
}
