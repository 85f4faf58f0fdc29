import type { DriverId, DriverStatusValue, LocationUpdate, TripId } from '@rideline/contract';
import { type HygieneMemory, isNewer, judgeFix } from '@rideline/fleet/fixes/fix-hygiene';
import type { JudgedFix } from '@rideline/fleet/fixes/fix-record';
import type { DriverSession } from '@rideline/fleet/live/driver-session';
import { effectiveStatus, type LivePosition, type Placement } from '@rideline/fleet/live/live-index';
import { ageMs } from '@rideline/platform/process/clock';
import type { BootProgress } from './boot-progress.ts';
import type { DriverContext } from './driver-context.ts';
import type { Placeable } from './live-writer.ts';
import { newTrail, type TripTrail } from './trip-appender.ts';

/** A driver's live state: judges fixes, keeps the newest position, status and trip, and passes them to the live index and the trip's log. */
export class LiveDriver implements Placeable {
  readonly driverId: DriverId;
  liveMarked = false;
  readonly #context: DriverContext;
  readonly #onReplaced: () => void;
  readonly #memory: HygieneMemory = { newest: null, suspect: null };
  /** Fencing token of writes to the live index; null while the connection may not write. */
  #epoch: number | null = null;
  /** null until the driver has reported one or the session is open. */
  #status: DriverStatusValue | null = null;
  #position: LivePosition | null = null;
  #trail: TripTrail | null = null;

  constructor(driverId: DriverId, context: DriverContext, onReplaced: () => void) {
    this.driverId = driverId;
    this.#context = context;
    this.#onReplaced = onReplaced;
  }

  /** The status that the driver reported. */
  get reportedStatus(): DriverStatusValue {
    return this.#status ?? 'offline';
  }

  get effectiveStatus(): DriverStatusValue {
    return effectiveStatus(this.reportedStatus, this.tripId);
  }

  /** The newest good position. null also while the index of its boot is unknown: without it positions cannot be ordered. */
  get position(): LivePosition | null {
    return this.#position?.bootIndex === 0 ? null : this.#position;
  }

  /** Index of the boot of the newest good fix, 0 without one. */
  get newestBootIndex(): number {
    return this.#memory.newest?.bootIndex ?? 0;
  }

  get tripId(): TripId | null {
    return this.#trail?.tripId ?? null;
  }

  /** Whether somebody follows the driver's trip, as of the last position in its log. */
  get isFollowed(): boolean {
    return this.#trail?.followed ?? false;
  }

  /** Whether the driver's session is open and this connection holds it. */
  get isWritable(): boolean {
    return this.#epoch !== null;
  }

  placement(): Placement | null {
    if (this.#epoch === null) return null;
    return {
      driverId: this.driverId,
      epoch: this.#epoch,
      status: this.effectiveStatus,
      position: this.position,
    };
  }

  replaced(): void {
    this.#onReplaced();
  }

  allowWrites(epoch: number): void {
    this.#epoch = epoch;
  }

  denyWrites(): void {
    this.#epoch = null;
  }

  /** Status and position of the driver's previous connection; what arrived on this one is newer. */
  startFrom({ status, newest }: DriverSession): void {
    this.#status ??= status;
    if (newest === null || this.#memory.newest !== null) return;
    this.#memory.newest = newest;
    this.#position = newest;
  }

  reportStatus(status: DriverStatusValue): void {
    this.#status = status;
  }

  setTrip(tripId: TripId | null): void {
    if (this.tripId === tripId) {
      // The relay has written the driver into the trip's log. A position that was sent before, when the driver accepted, was refused.
      this.#sendToFollowers();
      return;
    }
    this.#trail = tripId === null ? null : newTrail(tripId, this.driverId);
    // Followers see the car at its current position, without waiting for the next fix.
    this.#sendToFollowers();
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

  /** The frame stays on the phone and is sent again; its newest good position is shown anyway, so that no rider's map stands still. */
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

  /** The index of a boot is known: gives it to what was judged without one. */
  setBootIndex(bootIndex: number): void {
    const { newest, suspect } = this.#memory;
    if (newest?.bootIndex === 0) this.#memory.newest = { ...newest, bootIndex };
    if (suspect?.bootIndex === 0) this.#memory.suspect = { ...suspect, bootIndex };
    if (this.#position?.bootIndex !== 0) return;
    this.#position = { ...this.#position, bootIndex };
    this.#context.liveWriter.mark(this);
    this.#sendToFollowers();
  }

  /** Boots have other indexes now, in the same order. @param changed the index of before → the present one */
  renumberBoots(changed: ReadonlyMap<number, number>): void {
    const renumbered = <Fix extends { readonly bootIndex: number }>(fix: Fix | null): Fix | null =>
      fix && { ...fix, bootIndex: changed.get(fix.bootIndex) ?? fix.bootIndex };
    this.#memory.newest = renumbered(this.#memory.newest);
    this.#memory.suspect = renumbered(this.#memory.suspect);
    this.#position = renumbered(this.#position);
  }

  #move(fix: JudgedFix, { index: bootIndex }: BootProgress, receivedAt: number): void {
    const { lat, lng, heading, speed, t, seq } = fix;
    if (lat === null || lng === null) return;
    if (this.#position !== null && !isNewer(bootIndex, seq, this.#position)) return;
    this.#position = { lat, lng, heading, speed, t, receivedAt, seq, bootIndex };
    this.#context.liveWriter.mark(this);
    this.#sendToFollowers();
  }

  #sendToFollowers(): void {
    const { position } = this;
    if (this.#trail !== null && position !== null) this.#context.tripAppender.append(this.#trail, position);
  }
}
