import {
  type TripAudit,
  type TripCandidates,
  type TripEvent,
  tripAuditSchema,
  tripCandidatesSchema,
  tripEventsSchema,
  tripStatusSchema,
} from '@rideline/contract';
import { createDebounce } from '../api/debounce.ts';
import { call, type TokenSource } from '../api/http.ts';
import { failedWith, type Loaded } from '../api/loaded.ts';
import { createStore, type Store } from '../store.ts';

/** Candidate reasons are written about once a second: they arrive after the event that they explain. */
const RELOAD_CANDIDATES_MS = 1500;

export type TripAction = 'cancel' | 'reassign' | 'fare-review';

/** A command of the operator; `version`: of the trip that the operator saw, for a fare review. */
export interface TripCommand {
  readonly action: TripAction;
  readonly commandId: string;
  readonly reason: string;
  readonly version: number;
}

/** API data about the selected trip, and the operator's commands for it. */
export interface SelectedTrip {
  readonly events: Store<Loaded<readonly TripEvent[]>>;
  readonly candidates: Store<Loaded<TripCandidates>>;
  readonly audit: Store<Loaded<TripAudit['entries']>>;
  select(tripId: string | null): void;
  /** Call with each new version of a trip; reloads when the selected trip has changed. */
  onVersion(tripId: string, version: number): void;
  reload(): void;
  /** Sends a command for a trip once. @throws CodedError */
  act(tripId: string, command: TripCommand): Promise<void>;
  stop(): void;
}

export function createSelectedTrip(token: TokenSource, nowMs: () => number): SelectedTrip {
  const events = createStore<Loaded<readonly TripEvent[]>>({ kind: 'loading' });
  const candidates = createStore<Loaded<TripCandidates>>({ kind: 'loading' });
  const audit = createStore<Loaded<TripAudit['entries']>>({ kind: 'loading' });
  let selected: string | null = null;
  let version = 0;
  let request = new AbortController();
  const debounce = createDebounce(nowMs);
  let again: ReturnType<typeof setTimeout> | undefined;

  async function load<Body, Value>(
    store: Store<Loaded<Value>>,
    path: string,
    schema: { parse(value: unknown): Body },
    pick: (body: Body) => Value,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const body = await call(`/v1/trips/${selected}${path}`, schema, { token, signal });
      if (!signal.aborted) store.set({ kind: 'ready', value: pick(body) });
    } catch (error) {
      if (!signal.aborted) store.set(failedWith(error));
    }
  }
  const loadAll = () => {
    request.abort();
    request = new AbortController();
    clearTimeout(again);
    if (selected === null) return;
    const { signal } = request;
    void load(events, '/events', tripEventsSchema, (body) => body.events, signal);
    void load(audit, '/audit', tripAuditSchema, (body) => body.entries, signal);
    const loadCandidates = () =>
      void load(candidates, '/candidates', tripCandidatesSchema, (body) => body, signal);
    loadCandidates();
    again = setTimeout(loadCandidates, RELOAD_CANDIDATES_MS);
  };

  return {
    events,
    candidates,
    audit,
    select(tripId) {
      if (tripId === selected) return;
      selected = tripId;
      version = 0;
      for (const store of [events, candidates, audit]) store.set({ kind: 'loading' });
      request.abort();
      debounce.run(loadAll);
    },
    onVersion(tripId, newest) {
      if (tripId !== selected || newest <= version) return;
      const first = version === 0;
      version = newest;
      if (!first) loadAll();
    },
    reload: loadAll,
    async act(tripId, { action, commandId, reason, version: seen }) {
      const body = { commandId, reason, ...(action === 'fare-review' ? { version: seen } : {}) };
      await call(`/v1/trips/${tripId}/${action}`, tripStatusSchema, { token, body });
      if (tripId === selected) loadAll();
    },
    stop() {
      debounce.stop();
      request.abort();
      clearTimeout(again);
    },
  };
}
