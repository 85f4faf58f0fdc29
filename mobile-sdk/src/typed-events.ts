/** Event names and the values that their listeners get. */
export type EventTable = Record<string, unknown>;

/** A small typed emitter: `on` returns the function that removes the listener. Errors of listeners go to `onListenerError`. */
export class TypedEvents<Events extends EventTable> {
  readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  on<Name extends keyof Events>(name: Name, fn: (value: Events[Name]) => void): () => void {
    let set = this.#listeners.get(name);
    if (set === undefined) {
      set = new Set();
      this.#listeners.set(name, set);
    }
    const listeners = set;
    listeners.add(fn);
    return () => listeners.delete(fn);
  }

  /** An app's faulty listener must not break the SDK's own state, so each runs in its own try. */
  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const fn of this.#listeners.get(name) ?? []) {
      try {
        (fn as (value: Events[Name]) => void)(value);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}

/** Default for errors of the app's own callbacks: throws them to the host's uncaught-error handler. */
export function reportListenerError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
