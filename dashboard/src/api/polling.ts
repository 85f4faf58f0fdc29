import { createStore, type Store } from '../store.ts';
import { failedWith, type Loaded } from './loaded.ts';

/** Data that is loaded periodically while the page is visible, one request at a time. */
export interface Polling<Value> {
  readonly state: Store<Loaded<Value>>;
  /** Loads now, unless a request is already running. */
  reload(): void;
  stop(): void;
}

/** @param read its signal aborts when polling stops */
export function startPolling<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  everyMs: number,
): Polling<Value> {
  const state = createStore<Loaded<Value>>({ kind: 'loading' });
  const stopped = new AbortController();
  let reading = false;

  const reload = async () => {
    if (reading) return;
    reading = true;
    try {
      state.set({ kind: 'ready', value: await read(stopped.signal) });
    } catch (error) {
      if (!stopped.signal.aborted) state.set(failedWith(error));
    } finally {
      reading = false;
    }
  };
  const timer = setInterval(() => {
    if (!document.hidden) void reload();
  }, everyMs);

  return {
    state,
    reload: () => void reload(),
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
