import type { Follow } from './follow.ts';
import { type DrawnPosition, drawnAt, type Motion, type MotionFix, moveTo } from './motion.ts';

/** The car of a followed trip on its way. A trip whose car is not drawn has none, and its app does not carry it. */
export class DrawnCar {
  #motion: Motion | undefined;

  moveTo(fix: MotionFix, nowMs: number): void {
    this.#motion = moveTo(this.#motion, fix, nowMs);
  }

  /** There is no car, or another one. */
  clear(): void {
    this.#motion = undefined;
  }

  at(nowMs: number): DrawnPosition | null {
    return this.#motion === undefined ? null : drawnAt(this.#motion, nowMs);
  }
}

/**
 * Where to draw the car of a followed trip at this instant: call it for each frame. It moves through the fixes and at most 4 s and 60 m beyond
 * the newest one (`MOTION`), never backwards along its track. The first call begins at the newest fix. null while there is no position.
 */
export function drawnPosition(follow: Follow): DrawnPosition | null {
  return follow.drawn(() => new DrawnCar());
}
