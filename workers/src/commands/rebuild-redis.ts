import { randomUUID } from 'node:crypto';
import { type BootId, type DriverId, toIsoTime } from '@rideline/contract';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { SeqRanges } from '@rideline/fleet/fixes/seq-ranges';
import { ensureGroups } from '@rideline/fleet/fixes/stream-trim';
import { driver, rebuildRun } from '@rideline/fleet/redis/redis-keys';
import { readRegion } from '@rideline/fleet/settings/region-settings';
import type { Database } from '@rideline/fleet/store/database';
import { trackCollection } from '@rideline/fleet/tracks/track-collection';
import { endedAt } from '@rideline/fleet/trips/trip';
import { tripCollection } from '@rideline/fleet/trips/trip-collection';
import { applyTrip, writeDriverTrip } from '@rideline/fleet/trips/trip-relay';
import type { Config } from '@rideline/platform/config/config';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { DURABLE_RANGES_KEPT, DurableRanges, durableSeqs } from '../history/durable-ranges.ts';
import { ensureHintGroup } from '../relay/relay.ts';
import { CommandError } from './command.ts';
import type { Reporter } from './progress.ts';
import { retrying } from './retrying.ts';

const DAY_MS = 24 * 3_600_000;
/** Phones may still hold fixes of boots that sent fixes within this time. */
const RECENT_MS = DAY_MS;
/** Life of a trip's log after the end of the trip. */
const ENDED_MS = 600_000;
/** Boots that a driver's hash keeps. */
const BOOTS_KEPT = 32;
const RANGES_SENT = 8 * DURABLE_RANGES_KEPT;
const DRIVERS_AT_ONCE = 16;
/** How long an interrupted rebuild can be continued. */
const RUN_SECONDS = 3600;
/** Longest time that one group of drivers may take while the state Redis refuses writes. */
const GROUP_MS = 300_000;

export interface Rebuilding {
  readonly config: Config;
  readonly clock: Clock;
  readonly db: Database;
  readonly log: RedisClient;
  readonly state: RedisClient;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** What every step of one rebuild needs. */
interface Run extends Rebuilding {
  /** Of this rebuild, over its interruptions. */
  readonly id: string;
}

/**
 * Rebuilds an empty Redis from MongoDB: streams and groups, trip logs, the drivers' trips, the durable ranges of recent boots. Safe beside
 * running processes and on a Redis that is not empty: nothing newer is replaced. Live positions come from the phones. Interrupted, it is run
 * again; within an hour it skips the drivers that it had finished.
 */
export async function rebuildRedis(work: Rebuilding): Promise<void> {
  const { config, log, state, report } = work;
  const streams = await openFixStreams(log, config.region, config.fixShards);
  await ensureGroups(log, streams);
  await ensureHintGroup(state, config.region);
  report.say(`fix streams: ${streams.shards} shards, generation ${streams.generation}, groups made`);
  const key = rebuildRun(config.region);
  const id = `${toIsoTime(work.clock.wallMs())} ${randomUUID()}`;
  const began = await state.set(key, id, 'EX', RUN_SECONDS, 'NX');
  const run = { ...work, id: began === null ? ((await state.get(key)) ?? id) : id };
  if (run.id !== id) report.say(`continuing the rebuild that began at ${run.id.split(' ')[0]}`);
  await rebuildTrips(run);
  await rebuildDurable(run);
  await state.unlink(key);
  report.say('live positions: none; they come with the next fix of each phone');
}

/** Repeats a step that is safe to repeat while a server is away for a moment. */
function steadily<Result>({ signal, report }: Rebuilding, step: () => Promise<Result>): Promise<Result> {
  const onRetry = (error: Error) => report.say(`${error.message}; trying again`);
  return retrying(step, { signal, onRetry });
}

async function rebuildTrips(run: Run): Promise<void> {
  const { db, state, config, clock, report, signal } = run;
  // Gateways are not notified: each compares its followed trips with the logs by itself.
  const logs = { db, state, region: config.region };
  const now = clock.domainMs();
  const drivers = new Set<DriverId>();
  let counts = { open: 0, ended: 0 };
  await report.step({ name: 'trips', unit: 'trips' }, async (count) => {
    await steadily(run, async () => {
      counts = { open: 0, ended: 0 };
      const trips = db.collection(tripCollection).find({
        region: config.region,
        $or: [{ open: true }, { createdAt: { $gte: new Date(now - DAY_MS) } }],
      });
      for await (const trip of trips) {
        signal.throwIfAborted();
        const ended = endedAt(trip.state);
        if (ended !== null && now - ended > ENDED_MS * clock.rate) continue;
        await steadily(run, () => applyTrip(logs, trip));
        if (trip.open && trip.driverId) drivers.add(trip.driverId);
        counts[trip.open ? 'open' : 'ended'] += 1;
        count.add(1);
      }
    });
    for (const driverId of drivers) await steadily(run, () => writeDriverTrip(logs, driverId));
  });
  report.say(`trips: ${counts.open} open, ${counts.ended} just ended; ${drivers.size} drivers on a trip`);
}

/** The boots that sent fixes lately, by driver. */
async function recentBoots(run: Run): Promise<Map<DriverId, Set<BootId>>> {
  const { db, config, clock, report, signal } = run;
  const { region } = config;
  // Tracks stored under a shorter retention expire sooner, so the shortest retention ever in force finds them all.
  const stored = await readRegion(db, region);
  const retentionDays = Math.min(config.retentionDays, stored?.leastRetentionDays ?? config.retentionDays);
  const expireAt = { $gte: new Date(clock.wallMs() - RECENT_MS + retentionDays * DAY_MS) };
  const boots = new Map<DriverId, Set<BootId>>();
  await report.step({ name: 'recent tracks', unit: 'tracks' }, (count) =>
    steadily(run, async () => {
      const recent = db
        .collection(trackCollection)
        .find({ region, expireAt }, { projection: { driverId: 1, boot: 1 } });
      for await (const { driverId, boot } of recent) {
        signal.throwIfAborted();
        boots.set(driverId, (boots.get(driverId) ?? new Set()).add(boot));
        count.add(1);
      }
    }),
  );
  return boots;
}

async function rebuildDurable(run: Run): Promise<void> {
  const { config, report, state, signal } = run;
  const boots = await recentBoots(run);
  const durable = new DurableRanges({
    region: config.region,
    state,
    cache: null,
    onRetry: (error) => report.say(`the state Redis does not accept writes yet: ${error.message}`),
    onNotifyFailed: () => undefined,
  });
  const drivers = [...boots];
  await report.step({ name: 'durable', unit: 'drivers', total: drivers.length }, async (count) => {
    for (let at = 0; at < drivers.length; at += DRIVERS_AT_ONCE) {
      signal.throwIfAborted();
      const group = drivers.slice(at, at + DRIVERS_AT_ONCE);
      await withinGroupTime(signal, (within) =>
        Promise.all(
          group.map(([driverId, known]) =>
            steadily(run, () => rebuildDriver(run, durable, { driverId, known, within })),
          ),
        ),
      );
      await steadily(run, () => state.expire(rebuildRun(config.region), RUN_SECONDS));
      count.add(group.length);
    }
  });
  report.say(
    `durable: ${[...boots.values()].reduce((sum, set) => sum + set.size, 0)} boots of ${boots.size} drivers`,
  );
}

/** Runs `work` with a signal that is aborted with `signal`, or when it takes too long; its timer and listener end with the work. */
async function withinGroupTime(
  signal: AbortSignal,
  work: (within: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  const late = () => controller.abort(new CommandError('the state Redis refused writes for 5 minutes'));
  const timer = setTimeout(late, GROUP_MS);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function rebuildDriver(
  { db, state, config, id }: Run,
  durable: DurableRanges,
  of: { readonly driverId: DriverId; readonly known: ReadonlySet<BootId>; readonly within: AbortSignal },
): Promise<void> {
  const { driverId, known, within } = of;
  const key = driver(config.region, driverId);
  // In the hash itself, so that a driver whose hash is lost after an interrupted rebuild is not skipped by the next one.
  if ((await state.hget(key, 'rebuilt')) === id) return;
  const firstSeenAt = new Map<BootId, number>();
  const byBoot = new Map<BootId, SeqRanges>();
  const tracks = db.collection(trackCollection).find({ driverId, region: config.region });
  for await (const track of tracks) {
    within.throwIfAborted();
    if (!known.has(track.boot)) continue;
    const fixes = new Map(Object.entries(track.f).map(([seq, fix]) => [Number(seq), fix]));
    const first = Math.min(...[...fixes.values()].map((fix) => fix[7]));
    firstSeenAt.set(track.boot, Math.min(firstSeenAt.get(track.boot) ?? Number.POSITIVE_INFINITY, first));
    const ranges = byBoot.get(track.boot) ?? new SeqRanges(Number.POSITIVE_INFINITY);
    byBoot.set(track.boot, ranges);
    for (const { seqs } of durableSeqs([{ ...track, fixes }]))
      for (const [from, to] of seqs.toJSON()) ranges.addRange(from, to);
  }
  const order = [...firstSeenAt]
    .sort(([, a], [, b]) => a - b)
    .map(([boot]) => boot)
    .slice(-BOOTS_KEPT);
  if (order.length === 0) return;
  // Only where no gateway has started a list of its own: an assigned index must not change.
  await state.hsetnx(key, 'boots', JSON.stringify(order));
  for (const boot of order) {
    // One call for a boot; what Redis keeps are the lowest ranges, and a script that sorts more of them delays everybody.
    const lowest = (byBoot.get(boot)?.toJSON() ?? []).slice(0, RANGES_SENT);
    const seqs = SeqRanges.from(lowest, Number.POSITIVE_INFINITY);
    await durable.record([{ driverId, boot, seqs }], within);
  }
  await state.hset(key, 'rebuilt', id);
}
