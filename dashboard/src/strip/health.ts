import { CodedError, type ErrorCode, type Health, healthSchema } from '@rideline/contract';
import { call } from '../api/http.ts';
import { createStore, type Store } from '../store.ts';

/** The system's health as the page knows it. `sinceMs`: time of the first check with this result. */
export type HealthView =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'answered'; readonly health: Health; readonly sinceMs: number }
  | { readonly kind: 'silent'; readonly code: ErrorCode; readonly sinceMs: number };

const EVERY_MS = 10_000;

/** Requests `GET /health` every 10 s while the page is visible. */
export function watchHealth(nowMs: () => number): { view: Store<HealthView>; stop(): void } {
  const view = createStore<HealthView>({ kind: 'unknown' });
  const stopped = new AbortController();
  const check = async () => {
    try {
      const health = await call('/health', healthSchema, { signal: stopped.signal, also: [503] });
      const held = view.get();
      const same = held.kind === 'answered' && held.health.status === health.status;
      view.set({ kind: 'answered', health, sinceMs: same ? held.sinceMs : nowMs() });
    } catch (error) {
      if (stopped.signal.aborted) return;
      const held = view.get();
      const code = error instanceof CodedError ? error.code : 'INTERNAL';
      view.set({ kind: 'silent', code, sinceMs: held.kind === 'silent' ? held.sinceMs : nowMs() });
    }
  };
  const timer = setInterval(() => {
    if (!document.hidden) void check();
  }, EVERY_MS);
  void check();
  return {
    view,
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
