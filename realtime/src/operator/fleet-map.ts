import type { DriverId, DriverStatusValue, FleetState, FleetVehicle } from '@rideline/contract';
import { isNewer } from '@rideline/fleet/fixes/fix-hygiene';
import type { FixRecord, JudgedFix } from '@rideline/fleet/fixes/fix-record';
import type { LivePosition } from '@rideline/fleet/live/live-index';
import type { Clock } from '@rideline/platform/process/clock';
import { latLngToCell } from 'h3-js';

/** One driver on the operators' map. */
export interface MappedVehicle {
  readonly driverId: DriverId;
  lat: number;
  lng: number;
  heading: number | null;
  speed: number | null;
  t: number;
  status: DriverStatusValue;
  /** The status, or offline when the last fix is too old. */
  state: FleetState;
  /** Wall ms of the newest record. */
  lastSeenAtMs: number;
  bootIndex: number;
  seq: number;
  cell: string | null;
}

/** Wall ms after which a silent driver is removed from the map, as from the live index. */
const REMOVED_AFTER_MS = 300_000;
/** H3 resolution of the counts: cells of 0.74 km². */
const CELL_RESOLUTION = 8;

export function cellOf(vehicle: MappedVehicle): string {
  vehicle.cell ??= latLngToCell(vehicle.lat, vehicle.lng, CELL_RESOLUTION);
  return vehicle.cell;
}

export function toWire(vehicle: MappedVehicle): FleetVehicle {
  const { driverId, lat, lng, heading, speed, state, t } = vehicle;
  return [driverId, lat, lng, heading, speed, state, t];
}

/** The newest accepted fix of a record; null when it has none. */
function newestOf(fixes: readonly JudgedFix[]): JudgedFix | null {
  let newest: JudgedFix | null = null;
  for (const fix of fixes) {
    if (fix.verdict === 'ok' && fix.lat !== null && (newest === null || fix.seq > newest.seq)) newest = fix;
  }
  return newest;
}

/**
 * The whole fleet of a region in memory, for the operators of one gateway: seeded from the live index, updated from the fix streams.
 * Changes are collected until `takeChanges`.
 */
export class FleetMap {
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #vehicles = new Map<DriverId, MappedVehicle>();
  #changed = new Set<MappedVehicle>();
  #gone: DriverId[] = [];
  readonly counts: Record<FleetState, number> = { available: 0, busy: 0, offline: 0 };

  /** @param freshMs domain ms after which a driver without a fix counts as offline */
  constructor(clock: Clock, freshMs: number) {
    this.#clock = clock;
    this.#freshMs = freshMs;
  }

  get vehicles(): Iterable<MappedVehicle> {
    return this.#vehicles.values();
  }

  get size(): number {
    return this.#vehicles.size;
  }

  clear(): void {
    this.#gone.push(...this.#vehicles.keys());
    this.#vehicles.clear();
    this.#changed.clear();
    for (const state of ['available', 'busy', 'offline'] as const) this.counts[state] = 0;
  }

  seed(driverId: DriverId, position: LivePosition, status: DriverStatusValue): void {
    this.#place(driverId, position, status, position.receivedAt);
  }

  /** Applies a record of a fix stream; late and refused fixes move nothing. */
  apply(record: FixRecord): void {
    const { driverId, status, receivedAt, bootIndex } = record;
    const fix = newestOf(record.fixes);
    if (fix !== null && fix.lat !== null && fix.lng !== null) {
      const { lat, lng, heading, speed, t, seq } = fix;
      this.#place(driverId, { lat, lng, heading, speed, t, seq, bootIndex, receivedAt }, status, receivedAt);
      return;
    }
    const vehicle = this.#vehicles.get(driverId);
    if (vehicle) this.#setStatus(vehicle, status, receivedAt);
  }

  /** Shows drivers with an outdated last fix as offline, and removes drivers that have been silent for REMOVED_AFTER_MS. Call it about once a second. */
  age(): void {
    const removedBeforeMs = this.#clock.wallMs() - REMOVED_AFTER_MS;
    for (const vehicle of this.#vehicles.values()) {
      if (vehicle.lastSeenAtMs < removedBeforeMs) {
        this.#vehicles.delete(vehicle.driverId);
        this.#changed.delete(vehicle);
        this.#gone.push(vehicle.driverId);
        this.counts[vehicle.state]--;
      } else this.#setState(vehicle);
    }
  }

  /** The changes since the last call. */
  takeChanges(): { changed: ReadonlySet<MappedVehicle>; gone: readonly DriverId[] } {
    const taken = { changed: this.#changed, gone: this.#gone };
    this.#changed = new Set();
    this.#gone = [];
    return taken;
  }

  #place(driverId: DriverId, position: LivePosition, status: DriverStatusValue, lastSeenAtMs: number): void {
    const known = this.#vehicles.get(driverId);
    const { lat, lng, heading, speed, t, bootIndex, seq } = position;
    if (known === undefined) {
      const vehicle: MappedVehicle = {
        driverId,
        lat,
        lng,
        heading,
        speed,
        t,
        status,
        state: 'offline',
        lastSeenAtMs,
        bootIndex,
        seq,
        cell: null,
      };
      this.#vehicles.set(driverId, vehicle);
      this.counts.offline++;
      this.#changed.add(vehicle);
      this.#setState(vehicle);
      return;
    }
    if (this.#isNewerThan(known, position)) {
      Object.assign(known, { lat, lng, heading, speed, t, bootIndex, seq, cell: null });
      this.#changed.add(known);
    }
    this.#setStatus(known, status, lastSeenAtMs);
  }

  /** A boot with unknown index (0) is compared by time. */
  #isNewerThan(known: MappedVehicle, position: LivePosition): boolean {
    if (known.bootIndex === 0 || position.bootIndex === 0) return position.t > known.t;
    return isNewer(position.bootIndex, position.seq, known);
  }

  #setStatus(vehicle: MappedVehicle, status: DriverStatusValue, lastSeenAtMs: number): void {
    if (lastSeenAtMs < vehicle.lastSeenAtMs) return;
    vehicle.lastSeenAtMs = lastSeenAtMs;
    vehicle.status = status;
    this.#setState(vehicle);
  }

  #setState(vehicle: MappedVehicle): void {
    const fresh = this.#clock.domainMs() - vehicle.t <= this.#freshMs;
    const state = fresh ? vehicle.status : 'offline';
    if (state === vehicle.state) return;
    this.counts[vehicle.state]--;
    this.counts[state]++;
    vehicle.state = state;
    this.#changed.add(vehicle);
  }
}
