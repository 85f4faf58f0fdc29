import type { Cab, Fleet } from '../feed/fleet-store.ts';
import { type Glide, glideTo, restAt } from './glide.ts';
import { mercatorX, mercatorY } from './mercator.ts';

interface Motion {
  readonly cab: Cab;
  readonly glide: Glide;
}

/** The shown position of every car between its fixes, updated frame by frame. */
export class CarMotion {
  #motions = new Map<string, Motion>();

  /** @param rate domain ms per wall ms · @param glides false: cars jump (the operator prefers reduced motion) */
  update(fleet: Fleet, rate: number, nowMs: number, glides: boolean): void {
    for (const id of fleet.changed) {
      const cab = fleet.cabs.get(id);
      if (cab === undefined) continue;
      const held = this.#motions.get(id);
      const moved = held === undefined || held.cab.at !== cab.at;
      this.#motions.set(id, { cab, glide: moved ? this.#glide(held, cab, rate, nowMs, glides) : held.glide });
    }
    if (this.#motions.size === fleet.cabs.size) return;
    for (const id of this.#motions.keys()) if (!fleet.cabs.has(id)) this.#motions.delete(id);
    // A known car that this frame did not change was known before this map was created.
    for (const cab of fleet.cabs.values()) {
      if (!this.#motions.has(cab.id)) {
        this.#motions.set(cab.id, { cab, glide: restAt(mercatorX(cab.lng), mercatorY(cab.lat), nowMs) });
      }
    }
  }

  #glide(held: Motion | undefined, cab: Cab, rate: number, nowMs: number, glides: boolean): Glide {
    const stepMs = held === undefined || !glides ? 0 : (cab.at - held.cab.at) / rate;
    return glideTo(held?.glide, mercatorX(cab.lng), mercatorY(cab.lat), stepMs, nowMs);
  }

  get(id: string): Motion | undefined {
    return this.#motions.get(id);
  }

  values(): Iterable<Motion> {
    return this.#motions.values();
  }
}
