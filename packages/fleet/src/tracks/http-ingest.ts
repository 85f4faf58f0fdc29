import {
  CodedError,
  type DriverId,
  type DriverStatusValue,
  type FixesAnswer,
  type LocationUpdate,
  type RegionId,
  type TripId,
  type Verdict,
} from '@rideline/contract';
import { TokenBucket } from '@rideline/platform/limits/token-bucket';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { type HygieneMemory, isNewer, judgeFix } from '../fixes/fix-hygiene.ts';
import type { FixLog } from '../fixes/fix-log.ts';
import type { FixRecord, JudgedFix } from '../fixes/fix-record.ts';
import { locationAck } from '../fixes/location-ack.ts';
import { SeqRanges } from '../fixes/seq-ranges.ts';
import { type KnownBoot, registerBoot } from '../live/driver-session.ts';
import { decodeLive, effectiveStatus, type LivePosition, placeDrivers } from '../live/live-index.ts';
import { appendPosition } from '../live/trip-log.ts';
import { conn, driver, live } from '../redis/redis-keys.ts';
import {
  BUDGET_WITHOUT_REDIS,
  blocksOf,
  costOfFixes,
  FIX_INTERVAL_MS,
  OVER_FIX_BUDGET,
  takeFixBudget,
} from './fix-budget.ts';

const NOTHING_TAKEN = new SeqRanges();
/** Longest wait for the append; beyond it the result is unknown and the phone sends the batch again. */
const APPEND_TIMEOUT_MS = 5000;
const BUSY_RETRY_MS = { buffer: 1000, memory: 5000 } as const;
/** Reads of the status after a placement, while it changes each time. */
const STATUS_READS = 3;
/** Drivers whose state is kept between requests; the one whose last request is oldest is dropped. */
const MAX_DRIVERS = 10_000;

/** State of a driver in Redis, read for one batch. */
interface DriverState {
  /** As others see it: busy during a trip. */
  readonly status: DriverStatusValue;
  readonly tripId: TripId | null;
  readonly epoch: number;
  readonly newest: LivePosition | null;
  readonly boot: KnownBoot;
}

/** State of a driver kept in memory between requests. Losing it is harmless: a suspect has to be confirmed again, and more gaps are sent. */
interface CachedDriver {
  readonly memory: HygieneMemory;
  /** The driver's budget here while the state Redis does not answer. */
  readonly budget: TokenBucket;
  boot: string;
  received: SeqRanges;
}

export interface HttpIngestOptions {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly clock: Clock;
  /** Calls a record's token when the record is in the log. */
  readonly log: FixLog<() => void>;
  readonly onVerdict: (verdict: Verdict) => void;
  /** A batch was refused: its driver has used up the budget of fixes. */
  readonly onOverBudget: (fixes: number) => void;
  /** The live position could not be read or updated; the fixes of the batch are in the log regardless. */
  readonly onLiveFailure: (error: Error) => void;
}

export interface HttpIngest {
  /**
   * Judges a batch as a gateway does, appends it, and answers after the append.
   * @throws CodedError BUSY when the log refuses the batch, SCALE_003 when the driver's budget of fixes is used up, TIMEOUT when the append is
   * not confirmed: send the same batch again
   */
  ingest(driverId: DriverId, update: LocationUpdate): Promise<FixesAnswer>;
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
 * Accepts fixes over HTTP, for phones whose network blocks sockets. It does not replace the driver's connection: it writes the live position
 * under the epoch of the newest connection, and only when the position is newer than the stored one.
 */
export function createHttpIngest(options: HttpIngestOptions): HttpIngest {
  const { state, region, clock, log } = options;
  const cachedDrivers = new Map<DriverId, CachedDriver>();

  async function readState(driverId: DriverId, boot: LocationUpdate['boot']): Promise<DriverState> {
    const [[reported, trip], epoch, value] = await Promise.all([
      state.hmget(driver(region, driverId), 'status', 'trip'),
      state.hget(conn(region), driverId),
      state.hget(live(region), driverId),
    ]);
    const newest = decodeLive(value)?.position ?? null;
    const tripId = trip ? (trip as TripId) : null;
    return {
      status: effectiveStatus((reported ?? 'offline') as DriverStatusValue, tripId),
      tripId,
      epoch: Number(epoch ?? 0),
      newest,
      boot: await registerBoot(state, region, driverId, boot, newest?.bootIndex),
    };
  }

  /** The acknowledgement depends on the append alone: without the state Redis a batch is accepted and does not move the live position. */
  async function readStateOrDefault(driverId: DriverId, boot: LocationUpdate['boot']): Promise<DriverState> {
    try {
      return await readState(driverId, boot);
    } catch (error) {
      options.onLiveFailure(error as Error);
      const unknown: KnownBoot = { boot, index: 0, durable: -1, ranges: [] };
      return { status: 'offline', tripId: null, epoch: 0, newest: null, boot: unknown };
    }
  }

  function cachedDriver(driverId: DriverId, stored: DriverState): CachedDriver {
    const before = cachedDrivers.get(driverId);
    const fresh = {
      memory: { newest: null, suspect: null },
      budget: new TokenBucket(BUDGET_WITHOUT_REDIS),
      boot: stored.boot.boot,
      received: new SeqRanges(),
    };
    const entry: CachedDriver = before ?? fresh;
    if (entry.boot !== stored.boot.boot) {
      entry.boot = stored.boot.boot;
      entry.received = new SeqRanges();
    }
    const { newest } = entry.memory;
    if (stored.newest && (newest === null || isNewer(stored.newest.bootIndex, stored.newest.seq, newest))) {
      entry.memory.newest = stored.newest;
    }
    cachedDrivers.delete(driverId);
    cachedDrivers.set(driverId, entry);
    const oldest = cachedDrivers.keys().next();
    if (cachedDrivers.size > MAX_DRIVERS && !oldest.done) cachedDrivers.delete(oldest.value);
    return entry;
  }

  /**
   * Places the driver with the status that was read for the batch. A gateway may change it meanwhile: then the driver is placed again, or one
   * who has just gone offline would come back as available.
   */
  async function place(
    driverId: DriverId,
    { epoch, status }: DriverState,
    position: LivePosition,
  ): Promise<void> {
    let placed = status;
    await placeDrivers(state, region, [{ driverId, epoch, status: placed, position }], clock.wallMs());
    for (let attempt = 0; attempt < STATUS_READS; attempt += 1) {
      const [reported, trip] = await state.hmget(driver(region, driverId), 'status', 'trip');
      const now = effectiveStatus((reported ?? 'offline') as DriverStatusValue, trip || null);
      if (now === placed) return;
      placed = now;
      await placeDrivers(state, region, [{ driverId, epoch, status: placed, position }], clock.wallMs());
    }
  }

  async function moveLive(driverId: DriverId, stored: DriverState, position: LivePosition): Promise<void> {
    try {
      await place(driverId, stored, position);
      if (stored.tripId === null) return;
      await appendPosition(state, region, stored.tripId, driverId, position, { epoch: 0, pos: 0 });
    } catch (error) {
      options.onLiveFailure(error as Error);
    }
  }

  /** The seqs of the batch's boot that are known to be received. */
  function receivedSeqs(entry: CachedDriver, { boot: { durable, ranges } }: DriverState): SeqRanges {
    const have = SeqRanges.from([...entry.received.toJSON(), ...ranges]);
    if (durable >= 0) have.addRange(0, durable);
    return have;
  }

  /** @throws CodedError SCALE_003 */
  async function spend(
    driverId: DriverId,
    entry: CachedDriver,
    stored: DriverState,
    { fixes }: LocationUpdate,
  ): Promise<void> {
    const { durable, ranges } = stored.boot;
    const blocks = blocksOf([...entry.received.toJSON(), ...ranges], durable);
    // Fixes that were received before are appended again, also those that the phone gave up.
    const cost = costOfFixes(fixes, NOTHING_TAKEN, blocks);
    const waitMs = await takeFixBudget(state, region, driverId, { least: cost, most: cost }).then(
      (answer) => answer.waitMs,
      () => (entry.budget.take(clock.wallMs(), cost) ? 0 : cost * FIX_INTERVAL_MS),
    );
    if (waitMs === 0) return;
    options.onOverBudget(fixes.length);
    throw new CodedError('SCALE_003', OVER_FIX_BUDGET, { retryAfterMs: waitMs });
  }

  function acknowledge(entry: CachedDriver, stored: DriverState, update: LocationUpdate): FixesAnswer['ack'] {
    return locationAck(update.boot, receivedSeqs(entry, stored), stored.boot.durable, update.lowest);
  }

  async function ingest(driverId: DriverId, update: LocationUpdate): Promise<FixesAnswer> {
    const full = log.refusal(update.fixes.length);
    if (full) throw new CodedError('BUSY', undefined, { retryAfterMs: BUSY_RETRY_MS[full] });
    const receivedAt = clock.wallMs();
    const stored = await readStateOrDefault(driverId, update.boot);
    const entry = cachedDriver(driverId, stored);
    await spend(driverId, entry, stored, update);
    const bootIndex = stored.boot.index;
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
      status: stored.status,
      receivedAt,
      lowest,
      fixes,
    });
    for (const fix of fixes) entry.received.add(fix.seq);
    if (moved !== null && bootIndex > 0) await moveLive(driverId, stored, moved);
    const refused = fixes.filter((fix) => fix.verdict !== 'ok').map(({ seq, verdict }) => ({ seq, verdict }));
    return { ack: acknowledge(entry, stored, update), refused };
  }

  return { ingest };
}
