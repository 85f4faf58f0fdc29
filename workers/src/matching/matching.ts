import { type CommandId, type DocumentType, type DriverId, type RegionId, TIERS } from '@rideline/contract';
import type { DriverClaims } from '@rideline/fleet/live/driver-claims';
import type { LiveSearch } from '@rideline/fleet/live/live-search';
import type { EtaTable } from '@rideline/fleet/matching/eta-table';
import type { Database } from '@rideline/fleet/store/database';
import type { TripOffer } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { reassignTrip } from '@rideline/fleet/trips/trip-commands';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { pause } from '../leader-loop.ts';
import { CandidateBuffer } from './candidate-buffer.ts';
import { DriverCompliance } from './driver-compliance.ts';
import { DriverProfiles } from './driver-profiles.ts';
import { HeldDrivers } from './held-drivers.ts';
import type { MatchingMetrics } from './metrics.ts';
import { TierMatcher } from './tier-matcher.ts';

export interface MatchingOptions {
  readonly region: RegionId;
  readonly member: string;
  readonly db: Database;
  readonly state: RedisClient;
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  readonly search: LiveSearch;
  /** Without it crow-fly times are used. */
  readonly etaTable?: EtaTable;
  readonly tickMs: number;
  /** Time that a driver has to answer an offer, domain ms. */
  readonly offerWindowMs: number;
  /** Documents that a driver needs to get offers. */
  readonly requiredDocuments: readonly DocumentType[];
  readonly retentionDays: () => number;
  /** Called after an offer was written, to set its timer. Never throws. */
  readonly onOffered: (offer: TripOffer) => void;
  /** Warns the rider that the driver is not approaching. Rejects when the warning could not be queued. */
  readonly warnRider: (trip: StoredTrip, why: string) => Promise<void>;
  readonly metrics: MatchingMetrics;
  readonly logger: Logger;
}

/** Interval between writes of the candidates' reasons, wall ms. */
const FLUSH_MS = 1000;

/**
 * Every tier is ticked by the process that holds its lease. The lease only saves work: that a trip gets one driver and a
 * driver one trip rests on MongoDB's conditional writes.
 */
export function startMatching(options: MatchingOptions): { stop(): Promise<void> } {
  const stop = new AbortController();
  const candidateBuffer = new CandidateBuffer({
    db: options.db,
    region: options.region,
    clock: options.tripStore.clock,
    retentionDays: options.retentionDays,
    onDropped: () => options.metrics.match_failures_total.inc({ step: 'considerations' }),
  });
  const matchers = createMatchers(options, candidateBuffer);
  const running = [
    ...matchers.map((matcher) => tickLoop(matcher, options, stop.signal)),
    flushLoop(candidateBuffer, options, stop.signal),
  ];
  return {
    async stop() {
      stop.abort(new Error('matching is stopping'));
      await Promise.all(running);
      for (const matcher of matchers) {
        await matcher
          .stop()
          .catch((error: Error) =>
            options.logger.warn({ reason: error.message }, 'cannot release the lease; it expires'),
          );
      }
    },
  };
}

function createMatchers(options: MatchingOptions, candidateBuffer: CandidateBuffer): TierMatcher[] {
  const { region, db, tripStore, metrics, logger, warnRider } = options;
  const profiles = new DriverProfiles(db, region, tripStore.clock.wallMs);
  const compliance = new DriverCompliance({
    db,
    region,
    required: options.requiredDocuments,
    wallMs: tripStore.clock.wallMs,
  });
  const held = new HeldDrivers(options.state, region);
  const onPickupWarning = async (trip: StoredTrip, why: string) => {
    metrics.match_pickup_watch_total.inc({ action: 'warn' });
    await warnRider(trip, why);
  };
  const onPickupReassign = async (trip: StoredTrip, driverId: DriverId, why: string) => {
    metrics.match_pickup_watch_total.inc({ action: 'reassign' });
    logger.info({ tripId: trip._id, why }, 'the driver is not approaching: the trip is searched again');
    // One reassignment for each assignment of this driver, however many matchers request it.
    const commandId = `watch-${trip.reallocations}-${trip.offers.length}` as CommandId;
    await reassignTrip(tripStore, 'system', {
      tripId: trip._id,
      commandId,
      reason: why,
      expectedDriver: driverId,
    });
  };
  return TIERS.map(
    (tier) =>
      new TierMatcher({
        ...options,
        tier,
        profiles,
        compliance,
        held,
        candidateBuffer,
        onPickupWarning,
        onPickupReassign,
      }),
  );
}

async function tickLoop(matcher: TierMatcher, options: MatchingOptions, signal: AbortSignal): Promise<void> {
  const { tickMs, metrics, logger } = options;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await matcher.tick();
    } catch (error) {
      metrics.match_failures_total.inc({ step: 'tick' });
      logger.warn({ reason: (error as Error).message }, 'matching tick failed');
    }
    await pause(Math.max(0, tickMs - (performance.now() - startedAt)), signal);
  }
}

async function flushLoop(
  candidateBuffer: CandidateBuffer,
  { metrics, logger }: MatchingOptions,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(FLUSH_MS, signal);
    try {
      await candidateBuffer.flush();
    } catch (error) {
      metrics.match_failures_total.inc({ step: 'considerations' });
      logger.warn(
        { reason: (error as Error).message },
        "cannot write the candidates' reasons; they are kept",
      );
    }
    if (signal.aborted) return;
  }
}
