import type { DriverId, Offer, OfferId, RiderId, TrackPosition, TripEvent, TripId } from '@rideline/contract';
import type { Server } from 'socket.io';

export const userRoom = (userId: DriverId | RiderId) => `user:${userId}`;
export const tripRoom = (tripId: TripId) => `trip:${tripId}`;

/** There is no log of positions that could be lost, so its number never changes. */
export const POSITION_EPOCH = 1;

/** An offer that no phone acknowledges within this time is not sent again: it expires. */
const OFFER_ACK_MS = 5000;

/**
 * Messages to phones, through Socket.IO's rooms and its Redis adapter, which carries them to the other processes. Each is sent once: what is
 * sent while a phone is away, or by a process that dies before it, is lost, and the phone reads the trip again.
 */
export class Announcer {
  readonly #io: Server;

  constructor(io: Server) {
    this.#io = io;
  }

  event(
    event: TripEvent,
    people: { readonly riderId: RiderId; readonly driverId: DriverId | undefined },
  ): void {
    this.#io
      .of('/rider')
      .to([userRoom(people.riderId), tripRoom(event.tripId)])
      .emit('trip:event', event);
    if (people.driverId !== undefined)
      this.#io.of('/driver').to(userRoom(people.driverId)).emit('trip:event', event);
  }

  offer(driverId: DriverId, offer: Offer): void {
    this.#io
      .of('/driver')
      .to(userRoom(driverId))
      .timeout(OFFER_ACK_MS)
      .emit('offer:new', offer, () => undefined);
  }

  revoke(driverId: DriverId, offerId: OfferId, reason: 'cancelled' | 'expired'): void {
    this.#io.of('/driver').to(userRoom(driverId)).emit('offer:revoked', { offerId, reason });
  }

  position(position: TrackPosition): void {
    this.#io.of('/rider').to(tripRoom(position.tripId)).emit('location:update', position);
  }
}
