import type { DriverId, LocationUpdate, TripId } from '@rideline/contract';
import { type HygieneMemory, isNewer, judgeFix } from '@rideline/fleet/fixes/fix-hygiene';
import type { JudgedFix } from '@rideline/fleet/fixes/fix-record';
import type { LivePosition } from '@rideline/fleet/live/live-index';
import { ageMs } from '@rideline/platform/process/clock';
import type { BootProgress } from './boot-progress.ts';
import type { DriverContext } from './driver-context.ts';
import { newTrail, type TripTrail } from './trip-appender.ts';

/** Where a driver is: judges his fixes, keeps the newest, and takes it to the followers of his trip. */
export class DriverTrack {
  readonly #driverId: DriverId;
  readonly #context: DriverContext;
  readonly #onMoved: () => void;
  readonly #memory: HygieneMemory = { newest: null, suspect: null };
  #position: LivePosition | null = null;
  #trail: TripTrail | null = null;

  constructor(driverId: DriverId, context: DriverContext, onMoved: () => void) {
    this.#driverId = driverId;
    this.#context = context;
    this.#onMoved = onMoved;
  }

  /** null also while its boot has no place in the order yet: nobody could tell what is newer. */
  readonly position = (): LivePosition | null => (this.#position?.bootIndex === 0 ? null : this.#position);

  get tripId(): TripId | null {
    return this.#trail?.tripId ?? null;
  }

  /** What an earlier connection placed last; what came on this one is newer. */
  startFrom(newest: LivePosition | null): void {
    if (newest === null || this.#memory.newest !== null) return;
    this.#memory.newest = newest;
    this.#position = newest;
  }

  setTrip(tripId: TripId | null): void {
    if (this.tripId === tripId) return;
    this.#trail = tripId === null ? null : newTrail(tripId, this.#driverId);
    // Followers see the car where it is now, not with its next fix.
    this.#tellFollowers();
  }

  /** Judges the fixes of a frame that have not been taken yet, takes them, and moves the live position. */
  judge(frame: LocationUpdate, progress: BootProgress, nowMs: number): JudgedFix[] {
    const { clock, counters } = this.#context;
    const domainNowMs = clock.domainMs();
    const fixes: JudgedFix[] = [];
    let newest: JudgedFix | null = null;
    for (const wire of frame.fixes) {
      if (progress.isTaken(wire[0])) {
        counters.again++;
        continue;
      }
      const before = this.#memory.newest;
      const fix = judgeFix(this.#memory, wire, progress.index, domainNowMs);
      progress.take(fix.seq);
      fixes.push(fix);
      counters.verdicts[fix.verdict]++;
      if (this.#memory.newest !== before) newest = fix;
      else if (fix.verdict === 'ok') counters.late++;
    }
    if (newest !== null) {
      counters.fixAge(ageMs(clock, newest.t));
      this.#move(newest, progress, nowMs);
    }
    return fixes;
  }

  /** The frame stays on the phone and comes again; its newest good position is shown all the same, so that no rider's map stands still. */
  showWithoutTaking(frame: LocationUpdate, progress: BootProgress, nowMs: number): void {
    const memory = { ...this.#memory };
    const domainNowMs = this.#context.clock.domainMs();
    let newest: JudgedFix | null = null;
    for (const wire of frame.fixes) {
      const before = memory.newest;
      const fix = judgeFix(memory, wire, progress.index, domainNowMs);
      if (memory.newest !== before) newest = fix;
    }
    if (newest !== null) this.#move(newest, progress, nowMs);
  }

  /** What was judged before its boot had a place gets it now. */
  number(bootIndex: number): void {
    const { newest, suspect } = this.#memory;
    if (newest?.bootIndex === 0) this.#memory.newest = { ...newest, bootIndex };
    if (suspect?.bootIndex === 0) this.#memory.suspect = { ...suspect, bootIndex };
    if (this.#position?.bootIndex !== 0) return;
    this.#position = { ...this.#position, bootIndex };
    this.#onMoved();
    this.#tellFollowers();
  }

  #move(fix: JudgedFix, { index: bootIndex }: BootProgress, receivedAt: number): void {
    const { lat, lng, heading, speed, t, seq } = fix;
    if (lat === null || lng === null) return;
    if (this.#position !== null && !isNewer(bootIndex, seq, this.#position)) return;
    this.#position = { lat, lng, heading, speed, t, receivedAt, seq, bootIndex };
    this.#onMoved();
    this.#tellFollowers();
  }

  #tellFollowers(): void {
    const position = this.position();
    if (this.#trail !== null && position !== null) this.#context.tripAppender.append(this.#trail, position);
  }
}
