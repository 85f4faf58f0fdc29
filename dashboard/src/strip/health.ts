import { CodedError, type ErrorCode, type Health, healthSchema } from '@rideline/contract';
import { call } from '../api/http.ts';
import { createStore, type Store } from '../store.ts';

/** What the page knows of the system's health. `since`: wall ms of the first look that said so. */
export type HealthView =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'answered'; readonly health: Health; readonly since: number }
  | { readonly kind: 'silent'; readonly code: ErrorCode; readonly since: number };

const EVERY_MS = 10_000;

/** Asks `GET /health` every 10 s while the page is visible. */
export function watchHealth(now: () => number): { view: Store<HealthView>; stop(): void } {
  const view = createStore<HealthView>({ kind: 'unknown' });
  const stopped = new AbortController();
  const look = async () => {
    try {
      const health = await call('/health', healthSchema, { signal: stopped.signal, also: [503] });
      const held = view.get();
      const same = held.kind === 'answered' && held.health.status === health.status;
      view.set({ kind: 'answered', health, since: same ? held.since : now() });
    } catch (error) {
      if (stopped.signal.aborted) return;
      const held = view.get();
      const code = error instanceof CodedError ? error.code : 'INTERNAL';
      view.set({ kind: 'silent', code, since: held.kind === 'silent' ? held.since : now() });
    }
  };
  const timer = setInterval(() => {
    if (!document.hidden) void look();
  }, EVERY_MS);
  void look();
  return {
    view,
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
