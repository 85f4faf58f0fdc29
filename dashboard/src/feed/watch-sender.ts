import type { FleetWatch } from '@rideline/contract';
import { createStore, type Store } from '../store.ts';
import { nextMode, sameWatch, type View, type WatchMode, watchFor } from './watch-area.ts';

const SEND_EVERY_MS = 300;
const NOWHERE: View = { west: 0, south: 0, east: 0, north: 0, zoom: 11 };

/** Sends the watched area to the server when it changes, at most every 300 ms. */
export class WatchSender {
  readonly mode: Store<WatchMode> = createStore<WatchMode>('fleet');
  readonly #send: (watch: FleetWatch) => void;
  #view: View = NOWHERE;
  #sent: FleetWatch = watchFor('fleet', NOWHERE);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (watch: FleetWatch) => void) {
    this.#send = send;
    send(this.#sent);
  }

  setView(view: View): void {
    this.#view = view;
    this.#queue();
  }

  /** Call after each frame: switches the mode when the fleet has become too large to watch as a whole, or small enough. */
  onFrame(cellsCame: boolean, fleetSize: number): void {
    const mode = nextMode(this.mode.get(), cellsCame, fleetSize);
    if (mode === this.mode.get()) return;
    this.mode.set(mode);
    this.#queue();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #queue(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const next = watchFor(this.mode.get(), this.#view);
      // In `fleet` mode the zoom changes nothing, so a zoom alone is not sent.
      const zoom = this.mode.get() === 'fleet' ? this.#sent.zoom : next.zoom;
      if (sameWatch({ ...next, zoom }, this.#sent)) return;
      this.#sent = next;
      this.#send(next);
    }, SEND_EVERY_MS);
  }
}
