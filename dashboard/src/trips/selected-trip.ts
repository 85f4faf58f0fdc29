import {
  type TripAudit,
  type TripCandidates,
  type TripEvent,
  tripAuditSchema,
  tripCandidatesSchema,
  tripEventsSchema,
  tripStatusSchema,
} from '@rideline/contract';
import { createSettling } from '../api/debounce.ts';
import { call, type TokenSource } from '../api/http.ts';
import { failedWith, type Loaded } from '../api/loaded.ts';
import { createStore, type Store } from '../store.ts';

/** Reasons for candidates are written about once a second: they come after the event that they explain. */
const LOOK_AGAIN_MS = 1500;

export type TripAction = 'cancel' | 'reassign';

/** What is asked from the API about the chosen trip, and what may be done to it. */
export interface ChosenTrip {
  readonly events: Store<Loaded<readonly TripEvent[]>>;
  readonly candidates: Store<Loaded<TripCandidates>>;
  readonly audit: Store<Loaded<TripAudit['entries']>>;
  choose(tripId: string | null): void;
  /** The trip has this version now. */
  onVersion(tripId: string, version: number): void;
  reload(): void;
  /** @throws CodedError */
  act(action: TripAction, commandId: string, reason: string): Promise<void>;
  stop(): void;
}

export function chosenTrip(token: TokenSource, now: () => number): ChosenTrip {
  const events = createStore<Loaded<readonly TripEvent[]>>({ kind: 'loading' });
  const candidates = createStore<Loaded<TripCandidates>>({ kind: 'loading' });
  const audit = createStore<Loaded<TripAudit['entries']>>({ kind: 'loading' });
  let chosen: string | null = null;
  let version = 0;
  let asked = new AbortController();
  const settling = createSettling(now);
  let again: ReturnType<typeof setTimeout> | undefined;

  async function load<Body, Value>(
    store: Store<Loaded<Value>>,
    path: string,
    schema: { parse(value: unknown): Body },
    pick: (body: Body) => Value,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const body = await call(`/v1/trips/${chosen}${path}`, schema, { token, signal });
      if (!signal.aborted) store.set({ kind: 'ready', value: pick(body), at: now() });
    } catch (error) {
      if (!signal.aborted) store.set(failedWith(error));
    }
  }
  const ask = () => {
    asked.abort();
    asked = new AbortController();
    clearTimeout(again);
    if (chosen === null) return;
    const { signal } = asked;
    void load(events, '/events', tripEventsSchema, (body) => body.events, signal);
    void load(audit, '/audit', tripAuditSchema, (body) => body.entries, signal);
    const askCandidates = () =>
      void load(candidates, '/candidates', tripCandidatesSchema, (body) => body, signal);
    askCandidates();
    again = setTimeout(askCandidates, LOOK_AGAIN_MS);
  };

  return {
    events,
    candidates,
    audit,
    choose(tripId) {
      if (tripId === chosen) return;
      chosen = tripId;
      version = 0;
      for (const store of [events, candidates, audit]) store.set({ kind: 'loading' });
      asked.abort();
      settling.run(ask);
    },
    onVersion(tripId, newest) {
      if (tripId !== chosen || newest <= version) return;
      const first = version === 0;
      version = newest;
      if (!first) ask();
    },
    reload: ask,
    async act(action, commandId, reason) {
      await call(`/v1/trips/${chosen}/${action}`, tripStatusSchema, { token, body: { commandId, reason } });
      ask();
    },
    stop() {
      settling.stop();
      asked.abort();
      clearTimeout(again);
    },
  };
}
