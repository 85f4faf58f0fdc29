import type { BootId, DriverId } from '@rideline/contract';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { ensureGroups } from '@rideline/fleet/fixes/stream-trim';
import { driver } from '@rideline/fleet/redis/redis-keys';
import { readRegion } from '@rideline/fleet/settings/region-settings';
import type { Database } from '@rideline/fleet/store/database';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { endedAt } from '@rideline/fleet/trips/trip';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { applyTrip, writeDriverTrip } from '@rideline/fleet/trips/trip-relay';
import type { Config } from '@rideline/platform/config/config';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { DurableRanges, type DurableSeqs, durableSeqs } from '../history/durable-ranges.ts';
import { ensureHintGroup } from '../relay/relay.ts';
import { withProgress } from './progress.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Phones may still hold fixes of boots that sent fixes within this time. */
const RECENT_MS = DAY_MS;
/** Life of a trip's log after the end of the trip. */
const ENDED_MS = 600_000;
/** Boots that a driver's hash keeps. */
const BOOTS_KEPT = 32;
const DRIVERS_AT_ONCE = 16;

export interface Rebuilding {
  readonly config: Config;
  readonly clock: Clock;
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly say: (line: string) => void;
}

/**
 * Rebuilds an empty Redis from MongoDB: streams and groups, trip logs, the drivers' trips, the durable ranges of recent boots. Safe beside
 * running processes and on a Redis that is not empty: nothing newer is replaced. Live positions come from the phones.
 */
export async function rebuildRedis(work: Rebuilding): Promise<void> {
  const { config, log, state, say } = work;
  const streams = await openFixStreams(log, config.region, config.fixShards);
  await ensureGroups(log, streams);
  await ensureHintGroup(state, config.region);
  say(`fix streams: ${streams.shards} shards, generation ${streams.generation}, groups made`);
  await rebuildTrips(work);
  await rebuildDurable(work);
  say('live positions: none; they come with the next fix of each phone');
}

async function rebuildTrips(work: Rebuilding): Promise<void> {
  const { db, state, config, clock, say } = work;
  // Gateways are not notified: each compares its followed trips with the logs by itself.
  const logs = { db, state, region: config.region };
  const now = clock.domainMs();
  const trips = db.collection(tripCollection).find({
    region: config.region,
    $or: [{ open: true }, { createdAt: { $gte: new Date(now - DAY_MS) } }],
  });
  const drivers = new Set<DriverId>();
  const counts = { open: 0, ended: 0 };
  const soFar = () => `trips: ${counts.open} open and ${counts.ended} just ended so far`;
  await withProgress(say, soFar, async () => {
    for await (const trip of trips) {
      const ended = endedAt(trip.state);
      if (ended !== null && now - ended > ENDED_MS * clock.rate) continue;
      await applyTrip(logs, trip);
      if (trip.open && trip.driverId) drivers.add(trip.driverId);
      counts[trip.open ? 'open' : 'ended'] += 1;
    }
    for (const driverId of drivers) await writeDriverTrip(logs, driverId);
  });
  say(`trips: ${counts.open} open, ${counts.ended} just ended; ${drivers.size} drivers on a trip`);
}

async function rebuildDurable(work: Rebuilding): Promise<void> {
  const { db, config, clock, say, state } = work;
  const { region } = config;
  // Tracks stored under a shorter retention expire sooner, so the shortest retention ever in force finds them all.
  const stored = await readRegion(db, region);
  const retentionDays = Math.min(config.retentionDays, stored?.leastRetentionDays ?? config.retentionDays);
  const receivedAfter = clock.wallMs() - RECENT_MS;
  const recent = db
    .collection(trackCollection)
    .find(
      { region, expireAt: { $gte: new Date(receivedAfter + retentionDays * DAY_MS) } },
      { projection: { driverId: 1, boot: 1 } },
    );
  const boots = new Map<DriverId, Set<BootId>>();
  const found = () => `durable: tracks of ${boots.size} drivers found so far`;
  await withProgress(say, found, async () => {
    for await (const { driverId, boot } of recent)
      boots.set(driverId, (boots.get(driverId) ?? new Set()).add(boot));
  });
  const durable = new DurableRanges({
    region,
    state,
    cache: null,
    onRetry: (error) => say(`the state Redis does not accept writes yet: ${error.message}`),
    onNotifyFailed: () => undefined,
  });
  const drivers = [...boots];
  let at = 0;
  const done = () => `durable: ${at} of ${drivers.length} drivers`;
  await withProgress(say, done, async () => {
    for (; at < drivers.length; at += DRIVERS_AT_ONCE) {
      const chunk = drivers.slice(at, at + DRIVERS_AT_ONCE);
      await Promise.all(chunk.map(([driverId, known]) => rebuildDriver(work, durable, driverId, known)));
    }
  });
  say(
    `durable: ${[...boots.values()].reduce((sum, set) => sum + set.size, 0)} boots of ${boots.size} drivers`,
  );
}

async function rebuildDriver(
  { db, state, config }: Rebuilding,
  durable: DurableRanges,
  driverId: DriverId,
  known: ReadonlySet<BootId>,
): Promise<void> {
  const firstSeenAt = new Map<BootId, number>();
  const byBoot = new Map<BootId, DurableSeqs[]>();
  const tracks = db.collection(trackCollection).find({ driverId, region: config.region });
  for await (const found of tracks) {
    const track = found;
    if (!known.has(track.boot)) continue;
    const fixes = new Map(Object.entries(track.f).map(([seq, fix]) => [Number(seq), fix]));
    const first = Math.min(...[...fixes.values()].map((fix) => fix[7]));
    firstSeenAt.set(track.boot, Math.min(firstSeenAt.get(track.boot) ?? Number.POSITIVE_INFINITY, first));
    byBoot.set(track.boot, [...(byBoot.get(track.boot) ?? []), ...durableSeqs([{ ...track, fixes }])]);
  }
  const order = [...firstSeenAt]
    .sort(([, a], [, b]) => a - b)
    .map(([boot]) => boot)
    .slice(-BOOTS_KEPT);
  if (order.length === 0) return;
  // Only where no gateway has started a list of its own: an assigned index must not change.
  await state.hsetnx(driver(config.region, driverId), 'boots', JSON.stringify(order));
  for (const boot of order) await durable.record(byBoot.get(boot) ?? [], AbortSignal.timeout(HOUR_MS));
}
