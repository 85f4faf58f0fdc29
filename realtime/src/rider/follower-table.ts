import type { TripId } from '@rideline/contract';
import type { LoggedTrip, LogHead } from '@rideline/fleet/live/trip-log';
import { tripRoom } from '../socket/adapter-rooms.ts';
import type { AnySocket } from '../socket/socket-data.ts';
import { Follower } from './follower.ts';
import type { RiderContext } from './rider-context.ts';
import type { TripChannels } from './trip-channels.ts';

/** A position in a trip's log, and the wall ms at which a gateway received it. */
export type KnownHead = LogHead & { readonly receivedAt: number };

/** A trip that at least one socket of this gateway follows. */
export interface FollowedTrip {
  readonly tripId: TripId;
  readonly followers: Set<Follower>;
  /** Settles when Redis has confirmed the subscription to its positions. */
  readonly opened: Promise<void>;
  /** The newest received position; null before the first. */
  head: KnownHead | null;
  /** Last known state, for a reset while Redis has lost the trip. */
  logged: LoggedTrip | null;
  readonly resetting: Set<Follower>;
  repairing: boolean;
  repairAgain: boolean;
  /** The repair compares state events too. Only the periodic check asks for it: an event that is just being sent would arrive twice. */
  repairEvents: boolean;
  /** Part of a round over all trips in which this trip is checked. */
  readonly slot: number;
}

/** The followers on this gateway, by trip and by socket. A trip is in the table, and its channel open, while it has a follower. */
export class FollowerTable {
  readonly #context: RiderContext;
  readonly #channels: TripChannels;
  readonly #onChange: (trip: FollowedTrip) => void;
  readonly #trips = new Map<TripId, FollowedTrip>();
  readonly #bySocket = new Map<string, Map<TripId, Follower>>();
  /** Trips are spread over this many slots for periodic checks. */
  readonly #slots: number;
  #nextSlot = 0;

  constructor(
    context: RiderContext,
    channels: TripChannels,
    slots: number,
    onChange: (trip: FollowedTrip) => void,
  ) {
    this.#context = context;
    this.#channels = channels;
    this.#onChange = onChange;
    this.#slots = slots;
  }

  get trips(): Iterable<FollowedTrip> {
    return this.#trips.values();
  }

  trip(tripId: TripId): FollowedTrip | undefined {
    return this.#trips.get(tripId);
  }

  find(socket: AnySocket, tripId: TripId): Follower | undefined {
    return this.#bySocket.get(socket.id)?.get(tripId);
  }

  countOf(socket: AnySocket): number {
    return this.#bySocket.get(socket.id)?.size ?? 0;
  }

  /**
   * Makes the socket a follower that gets no positions until `startAt`. No position is missed once `opened` resolves.
   * A socket that subscribes again starts again.
   */
  follow(socket: AnySocket, tripId: TripId): { follower: Follower; opened: Promise<void> } {
    const before = this.find(socket, tripId);
    const trip = this.#trips.get(tripId) ?? this.#addTrip(tripId);
    const { wallMs } = this.#context.clock;
    const sinceMs = before?.sinceMs ?? wallMs();
    const follower = new Follower(socket, tripId, sinceMs, wallMs, this.#context.counters);
    trip.followers.add(follower);
    if (before) trip.followers.delete(before);
    else this.#context.metrics.followers.inc();
    const ofSocket = this.#bySocket.get(socket.id) ?? new Map<TripId, Follower>();
    this.#bySocket.set(socket.id, ofSocket.set(tripId, follower));
    this.#onChange(trip);
    return { follower, opened: trip.opened };
  }

  leave(follower: Follower): void {
    const { socket, tripId } = follower;
    const ofSocket = this.#bySocket.get(socket.id);
    if (ofSocket?.get(tripId) !== follower) return;
    ofSocket.delete(tripId);
    if (ofSocket.size === 0) this.#bySocket.delete(socket.id);
    // The holder of a share stays in their room: the end of the trip also closes a socket that follows no longer.
    if (follower.shareId === null) void socket.leave(tripRoom(tripId));
    this.#context.metrics.followers.dec();
    const trip = this.#trips.get(tripId);
    if (trip === undefined) return;
    trip.followers.delete(follower);
    trip.resetting.delete(follower);
    this.#onChange(trip);
    if (trip.followers.size === 0) this.#removeTrip(tripId);
  }

  leaveAll(socket: AnySocket): void {
    for (const follower of [...(this.#bySocket.get(socket.id)?.values() ?? [])]) this.leave(follower);
  }

  #addTrip(tripId: TripId): FollowedTrip {
    const trip: FollowedTrip = {
      tripId,
      followers: new Set(),
      opened: this.#channels.open(tripId),
      head: null,
      logged: null,
      resetting: new Set(),
      repairing: false,
      repairAgain: false,
      repairEvents: false,
      slot: this.#nextSlot++ % this.#slots,
    };
    // Subscribers await `opened` and see its failure; this handler covers a trip whose followers have left meanwhile.
    trip.opened.catch((error: Error) =>
      this.#context.log.warn({ reason: error.message }, 'channel of a trip not subscribed'),
    );
    this.#trips.set(tripId, trip);
    this.#context.metrics.followed_trips.set(this.#trips.size);
    return trip;
  }

  #removeTrip(tripId: TripId): void {
    this.#trips.delete(tripId);
    this.#channels.close(tripId);
    this.#context.metrics.followed_trips.set(this.#trips.size);
  }
}
