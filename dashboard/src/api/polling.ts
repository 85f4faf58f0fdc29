import { createStore, type Store } from '../store.ts';
import { failedWith, type Loaded } from './loaded.ts';

/** What is read again and again while somebody looks at the page, one reading at a time. */
export interface RegularReading<Value> {
  readonly state: Store<Loaded<Value>>;
  /** Reads now, unless it is read already. */
  reload(): void;
  stop(): void;
}

/** @param read is told by the signal when nobody wants its value any more */
export function readRegularly<Value>(
  read: (signal: AbortSignal) => Promise<Value>,
  { everyMs, now }: { everyMs: number; now: () => number },
): RegularReading<Value> {
  const state = createStore<Loaded<Value>>({ kind: 'loading' });
  const stopped = new AbortController();
  let reading = false;

  const reload = async () => {
    if (reading) return;
    reading = true;
    try {
      state.set({ kind: 'ready', value: await read(stopped.signal), at: now() });
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
