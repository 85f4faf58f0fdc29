import { browserAppState, browserNetwork } from '@rideline/sdk/browser';
import {
  type ConnectionState,
  createRider,
  type RestClient,
  type Rider,
  type RiderEvents,
} from '@rideline/sdk/rider';
import type { SignedIn } from '../account/account.ts';
import type { Point } from '../location/place.ts';
import { createStore, type Store } from '../state/store.ts';
import { type FollowedTrip, fromSnapshot, hasEnded, withEvent, withPosition } from '../trip/followed-trip.ts';
import type { Tier } from './fares.ts';

/** What the screens show; one value, so that a screen never mixes two moments. */
export interface RiderView {
  readonly connection: ConnectionState;
  /** Whether it is known if the rider has an open trip. */
  readonly isKnown: boolean;
  readonly trip: FollowedTrip | null;
  /** A request is on its way. */
  readonly isRequesting: boolean;
  /** A request or cancellation may have taken effect: the SDK sends it again until the server says. */
  readonly isUnconfirmed: boolean;
  /** Positions or events were lost in between; what is shown is current. */
  readonly hasGap: boolean;
  /** Of a trip that has ended. */
  readonly fare: { readonly minor: number; readonly currency: string } | null;
}

const START: RiderView = {
  connection: { kind: 'idle' },
  isKnown: false,
  trip: null,
  isRequesting: false,
  isUnconfirmed: false,
  hasGap: false,
  fare: null,
};

const RETRY_MS = 3000;

/** The rider's connection and everything that is known of it: one for the app, outside of React. */
export class RiderClient {
  readonly view: Store<RiderView> = createStore(START);
  readonly rest: RestClient;
  readonly rider: Rider;
  onNotification: (notification: RiderEvents['notification']) => void = () => undefined;
  readonly #removeListeners: (() => void)[];
  #following: { tripId: string; stop(): void } | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor({ session, rest, storage }: SignedIn) {
    this.rest = rest;
    this.rider = createRider({
      url: location.origin,
      token: session,
      storage,
      network: browserNetwork(),
      appState: browserAppState(),
    });
    const { rider } = this;
    this.#removeListeners = [
      rider.on('state', (connection) => this.#show({ connection })),
      rider.on('notification', (notification) => this.onNotification(notification)),
      rider.on('unconfirmed', () => this.#show({ isUnconfirmed: true })),
      rider.on('command', ({ command, outcome }) => {
        this.#show({ isUnconfirmed: false });
        // Also a request of an earlier window, which was closed before its answer.
        if (command.event === 'trip:request' && outcome.ok && 'tripId' in outcome)
          this.#follow(String(outcome.tripId));
      }),
    ];
  }

  /** Connects, and follows the open trip that this rider may have from another window or device. */
  start(): void {
    this.rider.connect();
    void this.#findOpenTrip();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    for (const remove of this.#removeListeners) remove();
    this.rider.close();
  }

  connect(): void {
    this.rider.connect();
  }

  /** @throws an error with the code of the refusal */
  async request(pickup: Point, dropoff: Point, tier: Tier): Promise<void> {
    if (this.view.get().isRequesting) return;
    this.#show({ isRequesting: true });
    const outcome = await this.rider.requestTrip({ pickup: bare(pickup), dropoff: bare(dropoff), tier });
    this.#show({ isRequesting: false });
    if (!outcome.ok) throw outcome;
  }

  /** @throws an error with the code of the refusal */
  async cancel(tripId: string, reason: string): Promise<void> {
    const outcome = await this.rider.cancelTrip(tripId, reason);
    if (!outcome.ok) throw outcome;
  }

  /** The ended trip has been seen: the next one may be planned. */
  closeTrip(): void {
    this.#following?.stop();
    this.#following = undefined;
    this.#show({ trip: null, hasGap: false, fare: null });
  }

  #show(change: Partial<RiderView>): void {
    if (!this.#isClosed) this.view.set({ ...this.view.get(), ...change });
  }

  async #findOpenTrip(): Promise<void> {
    try {
      const query = { open: true, limit: 1 };
      const { data, error } = await this.rest.GET('/v1/trips', { params: { query } });
      if (data === undefined) throw error;
      const [open] = data.trips;
      if (open?.tripId !== undefined) this.#follow(open.tripId);
      this.#show({ isKnown: true });
    } catch {
      // Without a network; the connection's state says so. A trip that is under way must be found as soon as there is one.
      if (!this.#isClosed) this.#retry = setTimeout(() => void this.#findOpenTrip(), RETRY_MS);
    }
  }

  #follow(tripId: string): void {
    if (this.#isClosed || this.#following?.tripId === tripId) return;
    this.#following?.stop();
    const update = (change: (trip: FollowedTrip) => FollowedTrip) => {
      const { trip } = this.view.get();
      if (trip !== null && trip.tripId === tripId) this.#showTrip(change(trip));
    };
    const following = this.rider.follow(tripId, {
      onReset: (subscribed, why) => {
        const { trip } = this.view.get();
        this.#show({ isKnown: true, hasGap: why !== 'start' });
        this.#showTrip(fromSnapshot(subscribed, trip?.tripId === tripId ? trip : null, performance.now()));
      },
      onEvent: (event) => {
        update((trip) => withEvent(trip, event));
        // The event has the driver's id; a snapshot has their name and vehicle.
        if (event.type === 'accepted') this.#followAgain(tripId);
      },
      onPosition: (position) => update((trip) => withPosition(trip, position, performance.now())),
      onEnd: ({ code }) => {
        if (code !== undefined && this.#following?.tripId === tripId) this.closeTrip();
      },
    });
    this.#following = { tripId, stop: () => following.stop() };
  }

  #followAgain(tripId: string): void {
    if (this.#following?.tripId !== tripId) return;
    this.#following.stop();
    this.#following = undefined;
    this.#follow(tripId);
  }

  #showTrip(trip: FollowedTrip): void {
    const before = this.view.get().trip;
    this.#show({ trip });
    if (hasEnded(trip) && (before === null || !hasEnded(before))) void this.#readFare(trip.tripId);
  }

  async #readFare(tripId: string): Promise<void> {
    // Without a network the end is shown without its fare.
    const answer = await this.rest
      .GET('/v1/trips/{tripId}', { params: { path: { tripId } } })
      .catch(() => undefined);
    if (this.view.get().trip?.tripId === tripId) this.#show({ fare: answer?.data?.fare ?? null });
  }
}

/** Nothing else of a place belongs in a request: unknown fields are refused. */
const bare = ({ lat, lng }: Point): { lat: number; lng: number } => ({ lat, lng });
