import type { UplinkPolicy } from '@rideline/contract';
import { decideUplink } from '@rideline/fleet/live/uplink-policy';
import type { Clock } from '@rideline/platform/process/clock';
import type { GatewayConfig } from '../config.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { TripReader } from '../rider/trip-reader.ts';
import type { DriverConnection } from './driver-connection.ts';
import type { DriverRegistry } from './driver-registry.ts';

/** Shortest time between two frames of a phone, ms; under overload four times as long (docs/design/reliability.md, "G8: Degradation"). */
const FRAME_INTERVAL_MS = 1000;
const OVERLOADED_FRAME_INTERVAL_MS = 4000;
/** Every driver's policy is decided once in this time. */
const ROUND_MS = 2000;
/** Parts of a round: deciding 8,000 policies at once would hold the event loop for several ms. */
const PARTS_PER_ROUND = 20;

export interface UplinkPoliciesOptions {
  readonly registry: DriverRegistry;
  readonly trips: Pick<TripReader, 'read'>;
  readonly clock: Clock;
  readonly config: Pick<GatewayConfig, 'ackIntervalMs' | 'searchFreshMs'>;
  readonly metrics: Pick<GatewayMetrics, 'uplink_policies_total'>;
}

/**
 * Decides every connected driver's uplink policy from what this gateway has in memory, and sends it when it has changed. Redis is asked for a
 * trip's next place once per change of the trip, and never for a fix.
 */
export class UplinkPolicies {
  readonly #options: UplinkPoliciesOptions;
  #isOverloaded = false;
  #waiting: DriverConnection[] = [];
  #partSize = 0;
  #part = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UplinkPoliciesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(this.#decidePart, ROUND_MS / PARTS_PER_ROUND);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The gateway is overloaded, or no longer: phones get their policies within the next round. */
  setOverloaded(isOverloaded: boolean): void {
    this.#isOverloaded = isOverloaded;
  }

  /** The policy of one driver now; the caller sends it. */
  policyFor(connection: DriverConnection): UplinkPolicy {
    const policy = this.#decide(connection);
    connection.uplink.sent = JSON.stringify(policy);
    return policy;
  }

  readonly #decidePart = (): void => {
    if (this.#part === 0) {
      this.#waiting = [...this.#options.registry.all()];
      this.#partSize = Math.ceil(this.#waiting.length / PARTS_PER_ROUND);
    }
    this.#part = (this.#part + 1) % PARTS_PER_ROUND;
    for (const connection of this.#waiting.splice(0, this.#partSize)) this.#update(connection);
  };

  #update(connection: DriverConnection): void {
    const { closed, epoch, live, uplink, socket } = connection;
    if (closed || epoch === 0) return;
    const { clock, trips, metrics } = this.#options;
    connection.recordStatus();
    void uplink.readTrip(live.tripId, clock.wallMs(), async (tripId) => (await trips.read(tripId)).trip);
    const before = uplink.sent;
    const policy = this.policyFor(connection);
    // Before its first policy a phone asks with `sync`.
    if (before === null || before === uplink.sent) return;
    socket.emit('uplink:policy', policy);
    metrics.uplink_policies_total.inc({ name: policy.name ?? 'none', reason: policy.reason });
  }

  #decide({ live, uplink }: DriverConnection): UplinkPolicy {
    const { clock, config } = this.#options;
    const { position, tripId } = live;
    const decision = decideUplink(
      {
        status: live.reportedStatus,
        onTrip: tripId !== null,
        watched: live.isFollowed,
        metresToStop: uplink.metresToStop(tripId, position),
        standingMs: uplink.standingMs(position, clock.wallMs()),
        battery: uplink.battery,
        charging: uplink.charging,
        overloaded: this.#isOverloaded,
      },
      uplink.decision,
      config.searchFreshMs / clock.rate,
    );
    uplink.decision = decision;
    return {
      name: decision.name,
      intervalMs: this.#isOverloaded ? OVERLOADED_FRAME_INTERVAL_MS : FRAME_INTERVAL_MS,
      triggers: decision.triggers,
      ackIntervalMs: config.ackIntervalMs,
      reason: this.#isOverloaded ? 'overload' : decision.lowBattery ? 'low_battery' : 'default',
    };
  }
}
