import type { MissedItem, TrackCursor, TrackSubscribed } from '@rideline/contract';
import type { LoggedTrip, TripLog } from '@rideline/fleet/live/trip-log';
import { trackPosition } from './track-position.ts';
import type { TripReader } from './trip-reader.ts';

/** A follower with this cursor has had no position; it joins on to a log that still holds its first one. */
const isBeforeAny = (since: TrackCursor) => since.epoch === 0 && since.pos === 0;

/** The state events after `since`, null when the log does not hold all of them. */
function missedEvents(trip: LoggedTrip, log: TripLog, since: TrackCursor): MissedItem[] | null {
  if (since.version > trip.version) return null;
  const events = log.events.filter((event) => event.version > since.version);
  if (since.version < trip.version) {
    const whole = events[0]?.version === since.version + 1 && events.at(-1)?.version === trip.version;
    if (!whole) return null;
  }
  return events.map((event) => ({ kind: 'event', event }));
}

/** The positions after `since`, null when the log does not join on to it. */
function missedPositions(
  trip: LoggedTrip,
  log: TripLog,
  since: TrackCursor,
  reader: TripReader,
): MissedItem[] | null {
  const { head, first } = log;
  const joins = isBeforeAny(since)
    ? head.epoch === 0 || first.pos === 1
    : since.epoch === head.epoch && since.pos <= head.pos && first.pos <= since.pos + 1;
  if (!joins) return null;
  return log.positions.map((logged) => ({
    kind: 'position',
    position: trackPosition(trip.tripId, logged, { skipped: 0, ageMs: reader.ageMs(logged.t) }),
  }));
}

/** The start of a follower that has nothing, or whose cursor is no longer valid. */
export function freshStart(reader: TripReader, trip: LoggedTrip, log: TripLog): TrackSubscribed {
  return {
    version: trip.version,
    epoch: log.head.epoch,
    pos: log.head.pos,
    snapshot: reader.snapshotOf(trip, log.newest),
    missed: [],
    recovered: false,
  };
}

/**
 * The answer to `track:subscribe`. `recovered` is true only when `missed` has every state event and every position after `since`; otherwise
 * the follower starts from the snapshot. `log` was read after `since`.
 */
export function recover(
  reader: TripReader,
  trip: LoggedTrip,
  log: TripLog,
  since: TrackCursor | undefined,
): TrackSubscribed {
  const fresh = freshStart(reader, trip, log);
  if (since === undefined) return fresh;
  const events = missedEvents(trip, log, since);
  const positions = missedPositions(trip, log, since, reader);
  if (events === null || positions === null) return fresh;
  return { ...fresh, missed: [...events, ...positions], recovered: true };
}
