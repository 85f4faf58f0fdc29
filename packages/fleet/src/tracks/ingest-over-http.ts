import {
  CodedError,
  type DriverId,
  type DriverStatusValue,
  type FixesAnswer,
  LIMITS,
  type LocationUpdate,
  type RegionId,
  type TripId,
  type Verdict,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type HygieneMemory, isNewer, judgeFix } from '../fixes/fix-hygiene.ts';
import type { FixLog } from '../fixes/fix-log.ts';
import type { FixRecord, JudgedFix } from '../fixes/fix-record.ts';
import { SeqRanges } from '../fixes/seq-ranges.ts';
import { type KnownBoot, parseBoots, registerBoot } from '../live/driver-session.ts';
import { decodeLive, type LivePosition, placeDrivers } from '../live/live-index.ts';
import { conn, driver, live } from '../redis/redis-keys.ts';
import { appendPosition } from '../trips/trip-log.ts';

/** Wait for the append; beyond it the result is unknown, and the phone sends again. */
const APPEND_TIMEOUT_MS = 5000;
const BUSY_RETRY_MS = { buffer: 1000, memory: 5000 } as const;
/** Drivers remembered between requests; the one not heard of for longest is forgotten. */
const MAX_REMEMBERED = 10_000;

/** What is known of a driver who reports without a socket. */
interface DriverView {
  readonly status: DriverStatusValue;
  readonly tripId: TripId | null;
  readonly epoch: number;
  readonly newest: LivePosition | null;
  readonly boot: KnownBoot;
}

/** Kept of a driver between requests. What is lost with it is only comfort: a suspect has to be confirmed anew, more gaps are told. */
interface Remembered {
  readonly memory: HygieneMemory;
  boot: string;
  received: SeqRanges;
}

export interface HttpIngestOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
  /** Tokens are called when their record is in the log. */
  readonly log: FixLog<() => void>;
  readonly onVerdict: (verdict: Verdict) => void;
  /** The live position of an accepted batch could not be moved; the fixes are in the log all the same. */
  readonly onLiveFailure: (error: Error) => void;
}

export interface HttpIngest {
  /**
   * Judges a batch as a gateway would, appends it, and answers after the append.
   * @throws CodedError BUSY when the log takes nothing, TIMEOUT when the append is not confirmed: send the same again
   */
  take(driverId: DriverId, update: LocationUpdate): Promise<FixesAnswer>;
}

async function appended(log: FixLog<() => void>, record: FixRecord): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new CodedError('TIMEOUT', 'The log did not answer in time.')),
        APPEND_TIMEOUT_MS,
      );
      log.append(record, resolve);
    });
  } finally {
    clearTimeout(timer);
  }
}

function livePosition(fix: JudgedFix, bootIndex: number, receivedAt: number): LivePosition | null {
  const { seq, t, lat, lng, heading, speed } = fix;
  return lat === null || lng === null ? null : { bootIndex, seq, t, lat, lng, heading, speed, receivedAt };
}

/**
 * Fixes of a driver who posts them: for phones whose network lets no socket through. It takes nobody's connection over; it writes the live
 * position in the name of the newest connection there is, and only when it is newer than what is there.
 */
export function createHttpIngest(options: HttpIngestOptions): HttpIngest {
  const { state, region, clock, log } = options;
  const remembered = new Map<DriverId, Remembered>();

  async function viewOf(driverId: DriverId, boot: LocationUpdate['boot']): Promise<DriverView> {
    const known = await registerBoot(state, region, driverId, boot);
    const [hash, epoch, value] = await Promise.all([
      state.hgetall(driver(region, driverId)),
      state.hget(conn(region), driverId),
      state.hget(live(region), driverId),
    ]);
    return {
      status: (hash.status ?? 'offline') as DriverStatusValue,
      tripId: hash.trip ? (hash.trip as TripId) : null,
      epoch: Number(epoch ?? 0),
      newest: decodeLive(value)?.position ?? null,
      boot: parseBoots(hash).find((one) => one.boot === boot) ?? known,
    };
  }

  /** An acknowledgement depends on the append alone: without the state's Redis a batch is taken unmeasured, and moves nothing. */
  async function viewOrNothing(driverId: DriverId, boot: LocationUpdate['boot']): Promise<DriverView> {
    try {
      return await viewOf(driverId, boot);
    } catch (error) {
      options.onLiveFailure(error as Error);
      const unknown: KnownBoot = { boot, index: 0, durable: -1, ranges: [] };
      return { status: 'offline', tripId: null, epoch: 0, newest: null, boot: unknown };
    }
  }

  function recall(driverId: DriverId, view: DriverView): Remembered {
    const before = remembered.get(driverId);
    const fresh = {
      memory: { newest: null, suspect: null },
      boot: view.boot.boot,
      received: new SeqRanges(),
    };
    const entry: Remembered = before ?? fresh;
    if (entry.boot !== view.boot.boot) {
      entry.boot = view.boot.boot;
      entry.received = new SeqRanges();
    }
    const { newest } = entry.memory;
    if (view.newest && (newest === null || isNewer(view.newest.bootIndex, view.newest.seq, newest))) {
      entry.memory.newest = view.newest;
    }
    remembered.delete(driverId);
    remembered.set(driverId, entry);
    const oldest = remembered.keys().next();
    if (remembered.size > MAX_REMEMBERED && !oldest.done) remembered.delete(oldest.value);
    return entry;
  }

  async function moveLive(driverId: DriverId, view: DriverView, position: LivePosition): Promise<void> {
    try {
      const placement = { driverId, epoch: view.epoch, status: view.status, position };
      await placeDrivers(state, region, [placement], clock.wallMs());
      if (view.tripId === null) return;
      await appendPosition(state, region, view.tripId, driverId, position, { epoch: 0, pos: 0 });
    } catch (error) {
      options.onLiveFailure(error as Error);
    }
  }

  function acknowledge(entry: Remembered, view: DriverView, update: LocationUpdate): FixesAnswer['ack'] {
    const { durable, ranges } = view.boot;
    const have = SeqRanges.from([...entry.received.toJSON(), ...ranges]);
    if (durable >= 0) have.addRange(0, durable);
    const received = have.highest;
    const from = Math.max(durable + 1, update.lowest ?? 0);
    const gaps = have
      .gaps(from, received, LIMITS.ackGaps)
      .map(([first, last]): [number, number] => [first, last]);
    return { boot: update.boot, received, durable, gaps };
  }

  async function take(driverId: DriverId, update: LocationUpdate): Promise<FixesAnswer> {
    const full = log.refusal(update.fixes.length);
    if (full) throw new CodedError('BUSY', undefined, { retryAfterMs: BUSY_RETRY_MS[full] });
    const receivedAt = clock.wallMs();
    const view = await viewOrNothing(driverId, update.boot);
    const entry = recall(driverId, view);
    const bootIndex = view.boot.index;
    let moved: LivePosition | null = null;
    const fixes = update.fixes.map((wire) => {
      const fix = judgeFix(entry.memory, wire, bootIndex, clock.domainMs());
      options.onVerdict(fix.verdict);
      if (
        fix.verdict === 'ok' &&
        entry.memory.newest?.seq === fix.seq &&
        entry.memory.newest.bootIndex === bootIndex
      ) {
        moved = livePosition(fix, bootIndex, receivedAt);
      }
      return fix;
    });
    const lowest = update.lowest ?? 0;
    await appended(log, {
      driverId,
      boot: update.boot,
      bootIndex,
      status: view.status,
      receivedAt,
      lowest,
      fixes,
    });
    for (const fix of fixes) entry.received.add(fix.seq);
    if (moved !== null && bootIndex > 0) await moveLive(driverId, view, moved);
    const refused = fixes.filter((fix) => fix.verdict !== 'ok').map(({ seq, verdict }) => ({ seq, verdict }));
    return { ack: acknowledge(entry, view, update), refused };
  }

  return { take };
}
