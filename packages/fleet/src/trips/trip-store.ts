import { createHash } from 'node:crypto';
import {
  CodedError,
  type CommandId,
  type RegionId,
  type Tier,
  type TripEvent,
  type TripId,
  type TripStatus,
} from '@rideline/contract';
import type { Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { stopPositions } from '../live/trip-log.ts';
import { closedTiers } from '../pricing/catalogue.ts';
import { tripHints } from '../redis/redis-keys.ts';
import { readCurrency } from '../settings/region-settings.ts';
import type { Database } from '../store/database.ts';
import { mongoStoredTrips, type StoredTrips, type WriteRefusal } from './stored-trips.ts';
import { isOpen, stateName, type TripCore } from './trip.ts';
import type { CommandOutcome, StoredTrip } from './trip-collection.ts';
import type { SilenceTimes } from './trip-silence.ts';
import { next, type StepEvent, type TripTransition } from './trip-transition.ts';

/** What a request depends on, as admins have set it. */
export interface RequestTerms {
  /** Tiers for which no trip can be requested now. */
  readonly closedTiers: readonly Tier[];
  /** Currency of the region, ISO 4217. */
  readonly currency: string;
}

/** Writes transitions of trips and announces them. */
export interface TripStore {
  readonly trips: StoredTrips;
  readonly region: RegionId;
  readonly clock: Clock;
  /** Domain ms. */
  readonly searchBudgetMs: number;
  readonly silence: SilenceTimes;
  requestTerms(): Promise<RequestTerms>;
  /**
   * Announces that a trip has changed. Only a hint: the events are in the trip's outbox, which the sweeper also reads. Never rejects.
   * @param losesDriver the trip has ended, or is without the driver of before: no position is shown from now on
   */
  hint(trip: Pick<StoredTrip, '_id' | 'tier'>, version: number, losesDriver?: boolean): Promise<void>;
}

/** Time that the relay has to deliver an event before the sweeper does, wall ms. */
export const RELAY_GRACE_MS = 2000;
const HINTS_KEPT = 10_000;
/** Attempts of one command while other writes change the trip; each lost attempt means that another write succeeded. */
const ATTEMPTS = 8;

/** The trip store of a process: trips in MongoDB, hints in Redis. */
export function createTripStore(options: {
  db: Database;
  state: RedisClient;
  region: RegionId;
  clock: Clock;
  searchBudgetMs: number;
  silence: SilenceTimes;
  /** The hint was not sent: the sweeper delivers the event some seconds later. */
  onHintLost: (error: Error) => void;
}): TripStore {
  const { db, state, region, clock, searchBudgetMs, silence, onHintLost } = options;
  return {
    trips: mongoStoredTrips(db, region),
    region,
    clock,
    searchBudgetMs,
    silence,
    requestTerms: async () => {
      const [closed, currency] = await Promise.all([closedTiers(db, region), readCurrency(db, region)]);
      return { closedTiers: closed, currency };
    },
    async hint({ _id, tier }, version, losesDriver = false) {
      const fields = ['tripId', _id, 'version', version, 'tier', tier];
      try {
        await Promise.all([
          losesDriver && stopPositions(state, region, _id, version),
          state.xadd(tripHints(region), 'MAXLEN', '~', HINTS_KEPT, '*', ...fields),
        ]);
      } catch (error) {
        onHintLost(error as Error);
      }
    },
  };
}

export function tripStatusOf(trip: Pick<StoredTrip, '_id' | 'state' | 'version'>): TripStatus {
  return { tripId: trip._id, state: stateName(trip.state), version: trip.version };
}

export function eventOf(
  tripId: TripId,
  version: number,
  trip: Pick<TripCore, 'state'>,
  event: StepEvent,
  at: number,
): TripEvent {
  const { type, actor, data } = event;
  return {
    tripId,
    version,
    type,
    state: stateName(trip.state),
    at: Math.round(at),
    actor,
    data: { ...data },
  };
}

/** Id and body of a command, so that a replay and a reused id can be recognised. */
export interface CommandKey {
  readonly commandId: CommandId;
  readonly body: unknown;
}

function hashOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url');
}

/** Result of a transition. `status`: the answer to the sender, for a repeat the first answer again. `trip`: the current trip. */
export interface Applied {
  readonly trip: StoredTrip;
  readonly status: TripStatus;
  readonly changed: boolean;
}

/** A unique index refused the write: the driver or the rider is on another trip. */
export class SlotTaken extends Error {
  readonly refusal: Exclude<WriteRefusal, 'conflict'>;
  readonly trip: StoredTrip;
  constructor(refusal: Exclude<WriteRefusal, 'conflict'>, trip: StoredTrip) {
    super(refusal);
    this.name = 'SlotTaken';
    this.refusal = refusal;
    this.trip = trip;
  }

  /** The error for the caller. */
  toConflict(): CodedError {
    const role = this.refusal === 'rider_busy' ? 'rider' : 'driver';
    return new CodedError('CONFLICT', `the ${role} is on another trip`, { cause: this });
  }
}

/**
 * Applies one transition to a trip: read, step, conditional write; repeated when another write came in between. Exactly once in effect by
 * `command`, if given. `choose` is called after every read; null leaves the trip unchanged. `known`: a trip that the caller has already
 * read; if it is stale, the conditional write fails and the trip is read again.
 * @throws CodedError NOT_FOUND · ILLEGAL_TRANSITION · GONE · KEY_REUSED · CONFLICT with the version, after too many other writes
 * @throws SlotTaken
 */
export async function applyToTrip(
  tripStore: TripStore,
  tripId: TripId,
  choose: (trip: StoredTrip) => TripTransition | null,
  command?: CommandKey,
  known?: StoredTrip,
): Promise<Applied> {
  let version: number | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const trip = attempt === 0 && known ? known : await tripStore.trips.find(tripId);
    if (trip === null) throw new CodedError('NOT_FOUND', 'no such trip');
    version = trip.version;
    const status = command && statusBefore(trip, command);
    if (status) return { trip, status, changed: false };
    const transition = choose(trip);
    if (transition === null) return { trip, status: tripStatusOf(trip), changed: false };
    const applied = await write(tripStore, trip, transition, command);
    if (applied !== null) return applied;
  }
  throw new CodedError(
    'CONFLICT',
    'the trip changed during every attempt',
    version === undefined ? {} : { version },
  );
}

/** The outcome stored for this command; a replay gets the same answer. */
function statusBefore(trip: StoredTrip, { commandId, body }: CommandKey): TripStatus | null {
  const known = trip.commandIds.find((outcome) => outcome.commandId === commandId);
  if (!known) return null;
  if (known.body !== hashOf(body)) throw new CodedError('KEY_REUSED');
  return { tripId: trip._id, state: known.state, version: known.version };
}

/** @returns null when another write came first */
async function write(
  tripStore: TripStore,
  trip: StoredTrip,
  transition: TripTransition,
  command: CommandKey | undefined,
): Promise<Applied | null> {
  const step = next(trip, transition);
  if (step.outcome === 'repeated') return { trip, status: tripStatusOf(trip), changed: false };
  if (step.outcome === 'refused') throw new CodedError(step.code, step.reason, { version: trip.version });
  const version = trip.version + 1;
  const event = eventOf(trip._id, version, step.trip, step.event, transition.at);
  const outcome: CommandOutcome | null = command
    ? { commandId: command.commandId, body: hashOf(command.body), state: event.state, version }
    : null;
  const written = await tripStore.trips.compareAndSet(trip, {
    trip: step.trip,
    event,
    ...(outcome ? { command: outcome } : {}),
    nextCheckAt: new Date(tripStore.clock.wallMs() + RELAY_GRACE_MS),
  });
  if (written === 'conflict') return null;
  if (written !== 'written') throw new SlotTaken(written, trip);
  const losesDriver =
    trip.driverId !== undefined && (step.trip.driverId !== trip.driverId || !isOpen(step.trip.state));
  await tripStore.hint(trip, version, losesDriver);
  const { driverId: _driver, slot: _slot, heardAt: _heardAt, silence: _silence, ...rest } = trip;
  const after: StoredTrip = { ...rest, ...step.trip, version, events: [...trip.events, event] };
  return { trip: after, status: tripStatusOf(after), changed: true };
}
