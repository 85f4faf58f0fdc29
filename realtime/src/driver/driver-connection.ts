import type { BootId, DriverId, DriverStatusValue, HealthReport, TripId } from '@rideline/contract';
import type { DriverSession, KnownBoot } from '@rideline/fleet/live/driver-session';
import { disconnectWithReason } from '../socket/disconnect.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { DriverBoots } from './driver-boots.ts';
import type { DriverContext } from './driver-context.ts';
import { DriverOffers, type OfferContext } from './driver-offers.ts';
import { DriverUplink } from './driver-uplink.ts';
import { FixAcknowledgements } from './fix-acknowledgements.ts';
import { FixAllowance } from './fix-allowance.ts';
import { FixIntake } from './fix-intake.ts';
import { LiveDriver } from './live-driver.ts';
import { WatcherCount } from './watcher-count.ts';

/** The life of a connection. Fixes are taken in from the start: the log does not need the session. */
type Life =
  /** The driver hash has not answered yet. */
  | { readonly phase: 'opening' }
  /** This connection holds the driver under `epoch`. */
  | { readonly phase: 'open'; readonly epoch: number }
  /** The socket is closed, or a newer connection holds the driver. `epoch` is 0 when the session was never opened. */
  | { readonly phase: 'closed'; readonly epoch: number };

const OPENING: Life = { phase: 'opening' };
const DAY_MS = 86_400_000;

function epochOf(life: Life): number {
  switch (life.phase) {
    case 'opening':
      return 0;
    case 'open':
    case 'closed':
      return life.epoch;
  }
}

function afterOpening(life: Life, epoch: number): Life {
  switch (life.phase) {
    case 'opening':
      return { phase: 'open', epoch };
    case 'closed':
      // The socket closed while Redis answered. A status that waits for the session is still recorded under this epoch.
      return { phase: 'closed', epoch };
    case 'open':
      throw new Error('the session of a connection is opened once');
  }
}

/** One driver's socket: its session, and the parts that take in fixes, acknowledge them, and deliver offers. */
export class DriverConnection {
  readonly driverId: DriverId;
  readonly socket: AnySocket;
  readonly live: LiveDriver;
  readonly intake: FixIntake;
  readonly acks: FixAcknowledgements;
  readonly offers: DriverOffers;
  readonly uplink = new DriverUplink();
  readonly watchers: WatcherCount;
  readonly #context: DriverContext;
  readonly #boots: DriverBoots;
  readonly #allowance: FixAllowance;
  #life: Life = OPENING;
  #tripRev = 0;
  #acceptedAtMs = 0;
  /** The status that the driver's health has, and the day of the domain clock for which it has it. */
  #recorded: { readonly status: DriverStatusValue; readonly day: number } | null = null;

  constructor(
    driverId: DriverId,
    socket: AnySocket,
    context: DriverContext & { readonly claims: OfferContext['claims'] },
  ) {
    this.driverId = driverId;
    this.socket = socket;
    this.#context = context;
    this.offers = new DriverOffers(driverId, socket, context);
    this.watchers = new WatcherCount(socket, context);
    this.live = new LiveDriver(driverId, context, () => this.replace());
    this.#boots = new DriverBoots(this.live, context);
    this.acks = new FixAcknowledgements(socket, context, this.#boots);
    this.#allowance = new FixAllowance(driverId, context);
    this.#allowance.open(context.wallMs());
    this.intake = new FixIntake(socket, context, {
      live: this.live,
      boots: this.#boots,
      acks: this.acks,
      allowance: this.#allowance,
    });
  }

  /** Connection epoch of the driver's session; 0 until the session is open. */
  get epoch(): number {
    return epochOf(this.#life);
  }

  get knownBoots(): KnownBoot[] {
    return this.#boots.numbered;
  }

  /** The boots of which the log has fixes that are not known to be durable. */
  get undurableBoots(): BootId[] {
    return [...this.#boots.seen].filter(({ hasUndurable }) => hasUndurable).map(({ boot }) => boot);
  }

  /** The driver hash was lost and written again: the boots have these indexes now. */
  renumberBoots(indexes: ReadonlyMap<BootId, number>): void {
    this.#boots.renumber(indexes);
  }

  get closed(): boolean {
    return this.#life.phase === 'closed';
  }

  /** Change number of the known trip in the driver hash. */
  get tripRev(): number {
    return this.#tripRev;
  }

  /** Wall ms at which the driver last accepted a trip here, 0 for never. */
  get acceptedAtMs(): number {
    return this.#acceptedAtMs;
  }

  /** The session is open: adds what the server knew of the driver to what this connection has received since. */
  open(session: DriverSession): void {
    this.#life = afterOpening(this.#life, session.epoch);
    if (this.#life.phase === 'open') this.live.allowWrites(session.epoch);
    this.live.startFrom(session);
    this.#boots.open(session.boots);
    // A change that arrived before this answer is newer than it.
    if (session.tripRev >= this.#tripRev) {
      this.#tripRev = session.tripRev;
      this.live.setTrip(session.tripId);
      this.watchers.setTrip(session.tripId);
    }
    this.#context.liveWriter.mark(this.live);
    this.intake.release();
    this.#record('connected');
  }

  close(): void {
    if (this.closed) return;
    if (this.epoch > 0)
      this.#context.health.record(this.driverId, {
        at: this.#context.clock.domainMs(),
        what: 'disconnected',
        epoch: this.epoch,
      });
    this.#life = { phase: 'closed', epoch: this.epoch };
    this.live.denyWrites();
    this.offers.close();
    this.watchers.close();
    this.intake.close();
    this.#allowance.close();
  }

  /** A newer connection holds the driver. */
  replace(): void {
    if (this.closed) return;
    this.close();
    disconnectWithReason(this.socket, { code: 'CONNECTION_REPLACED' }, this.#context);
  }

  /** The driver's trip as the driver hash had it at its change number `rev`. A change older than the known one is ignored. */
  setTrip(tripId: TripId | null, rev: number): void {
    if (rev < this.#tripRev) return;
    this.repairTrip(tripId, rev);
  }

  /** Takes over what the driver hash says even when `rev` is lower than the known one: a lost hash is written again from 1. */
  repairTrip(tripId: TripId | null, rev: number): void {
    this.#tripRev = rev;
    this.#changeTrip(tripId);
  }

  /** The driver has just accepted a trip: removes them from the search before the relay's message arrives. */
  acceptTrip(tripId: TripId): void {
    this.#acceptedAtMs = this.#context.wallMs();
    if (this.live.tripId === null) this.#changeTrip(tripId);
  }

  /** The live index may have lost the driver, who may stand still: the next flush writes them. */
  placeAgain(): void {
    this.#context.liveWriter.mark(this.live);
  }

  /** The driver reports their status. */
  reportStatus(status: DriverStatusValue): void {
    this.live.reportStatus(status);
    this.intake.appendStatus();
    this.recordStatus();
  }

  /** The phone reports its state. @throws CodedError UNAVAILABLE when it is not stored */
  async reportHealth(report: HealthReport): Promise<void> {
    if (report.battery !== undefined) this.uplink.battery = report.battery;
    if (report.charging !== undefined) this.uplink.charging = report.charging;
    await this.#context.health.report(this.driverId, this.epoch, report);
  }

  /** Stores the driver's status as others see it, when it has changed and once a day: a window of the health begins with it. */
  recordStatus(): void {
    const recorded = this.#recorded;
    const day = Math.floor(this.#context.clock.domainMs() / DAY_MS);
    if (recorded?.day !== day || recorded.status !== this.live.effectiveStatus) this.#record('status');
  }

  #record(what: 'connected' | 'status'): void {
    const { clock, health } = this.#context;
    if (this.#life.phase !== 'open') return;
    const status = this.live.effectiveStatus;
    const at = clock.domainMs();
    this.#recorded = { status, day: Math.floor(at / DAY_MS) };
    health.record(this.driverId, { at, what, epoch: this.epoch, status });
  }

  /** A trip that begins or ends moves the driver out of or into the search at once. */
  #changeTrip(tripId: TripId | null): void {
    const { live } = this;
    const before = live.effectiveStatus;
    live.setTrip(tripId);
    if (!this.closed) this.watchers.setTrip(tripId);
    if (live.effectiveStatus !== before) this.#publishStatus();
  }

  #publishStatus(): void {
    const { liveWriter, log } = this.#context;
    this.intake.appendStatus();
    this.recordStatus();
    liveWriter.placeNow(this.live).catch((error: Error) => {
      log.warn({ reason: error.message }, "driver's status not written to the live index yet");
      liveWriter.mark(this.live);
    });
  }
}
