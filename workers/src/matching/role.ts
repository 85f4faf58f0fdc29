import { type DocumentType, type DriverId, type RegionId, TIERS } from '@rideline/contract';
import type { LiveSearch } from '@rideline/fleet/live/live-search';
import type { DriverClaims } from '@rideline/fleet/matching/driver-claims';
import type { EtaTable } from '@rideline/fleet/matching/eta-table';
import type { Models, StoredTrip } from '@rideline/fleet/store/models';
import type { TripOffer } from '@rideline/fleet/trips/trip';
import { reassignTrip } from '@rideline/fleet/trips/trip-commands';
import type { TripStore } from '@rideline/fleet/trips/trip-store';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { pause } from '../leader-loop.ts';
import { CandidateBuffer } from './candidate-buffer.ts';
import { DriverCompliance } from './driver-compliance.ts';
import { DriverProfiles } from './driver-profiles.ts';
import { TierMatcher } from './tier-matcher.ts';

export interface MatchingOptions {
  readonly region: RegionId;
  readonly member: string;
  readonly models: Models;
  readonly state: RedisClient;
  readonly tripStore: TripStore;
  readonly claims: DriverClaims;
  readonly search: LiveSearch;
  /** Without one times are crow-fly. */
  readonly etaTable?: EtaTable;
  readonly tickMs: number;
  /** Documents without which a driver is not asked. */
  readonly requiredDocuments: readonly DocumentType[];
  readonly retentionDays: () => number;
  /** An offer was made: its timer may be set. Never throws. */
  readonly onOffered: (offer: TripOffer) => void;
  /** The driver does not come nearer, and the rider is to be told. Rejects when that could not be done. */
  readonly warnRider: (trip: StoredTrip, why: string) => Promise<void>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Reasons are written this often, wall ms. */
const FLUSH_MS = 1000;

/**
 * Role `matching`: every tier is ticked by whoever holds its lease. The lease saves work; that a trip gets one driver and a driver one trip
 * rests on the record's conditional writes alone.
 */
export function startMatching(options: MatchingOptions): { stop(): Promise<void> } {
  const stop = new AbortController();
  const considerations = new CandidateBuffer({
    models: options.models,
    region: options.region,
    clock: options.tripStore.clock,
    retentionDays: options.retentionDays,
    onDropped: () => options.metrics.match_failures_total.inc({ step: 'considerations' }),
  });
  const matchers = createMatchers(options, considerations);
  const running = [
    ...matchers.map((matcher) => tickLoop(matcher, options, stop.signal)),
    flushLoop(considerations, options, stop.signal),
  ];
  return {
    async stop() {
      stop.abort(new Error('matching is stopping'));
      await Promise.all(running);
      for (const matcher of matchers) {
        await matcher
          .stop()
          .catch((error: Error) =>
            options.logger.warn({ reason: error.message }, 'the lease runs out by itself'),
          );
      }
    },
  };
}

function createMatchers(options: MatchingOptions, considerations: CandidateBuffer): TierMatcher[] {
  const { region, models, tripStore, metrics, logger, warnRider } = options;
  const profiles = new DriverProfiles(models, region, tripStore.clock.wallMs);
  const standings = new DriverCompliance({
    models,
    region,
    required: options.requiredDocuments,
    wallMs: tripStore.clock.wallMs,
  });
  const onPickupWarning = async (trip: StoredTrip, why: string) => {
    metrics.match_pickup_watch_total.inc({ action: 'warn' });
    await warnRider(trip, why);
  };
  const onPickupReassign = async (trip: StoredTrip, driverId: DriverId, why: string) => {
    metrics.match_pickup_watch_total.inc({ action: 'reassign' });
    logger.info({ tripId: trip._id, why }, 'the driver does not come: the trip is searched for anew');
    // One reassignment for each time that this driver had it, however many matchers see it.
    const commandId = `watch-${trip.reallocations}-${trip.offers.length}` as never;
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
        standings,
        considerations,
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
      logger.warn({ reason: (error as Error).message }, 'a tick of matching failed');
    }
    await pause(Math.max(0, tickMs - (performance.now() - startedAt)), signal);
  }
}

async function flushLoop(
  considerations: CandidateBuffer,
  { metrics, logger }: MatchingOptions,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(FLUSH_MS, signal);
    try {
      await considerations.flush();
    } catch (error) {
      metrics.match_failures_total.inc({ step: 'considerations' });
      logger.warn({ reason: (error as Error).message }, 'reasons for candidates are not written yet');
    }
    if (signal.aborted) return;
  }
}
