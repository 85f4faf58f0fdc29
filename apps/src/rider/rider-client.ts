import { createStore, type Store } from '@rideline/dashboard/store';
import { browserAppState, browserNetwork } from '@rideline/sdk/browser';
import { createRider, type RestClient, type Rider, type RiderEvents } from '@rideline/sdk/rider';
import type { SignedIn } from '../account/account.ts';
import type { Point } from '../location/place.ts';
import { mayEndAfter } from '../trip/followed-trip.ts';
import type { Tier } from './fares.ts';
import { type Home, readHome } from './home.ts';

/** What the screens show besides the followed trip, which the SDK's hooks give. */
export interface RiderView {
  /** Whether it is known if the rider has an open trip. */
  readonly isKnown: boolean;
  /** The newest answer for the first screen; null before it. */
  readonly home: Home | null;
  /** The trip that is followed, also after its end, until its end has been seen. */
  readonly tripId: string | null;
  /** A request is on its way. */
  readonly isRequesting: boolean;
  /** A request or cancellation may have taken effect: the SDK sends it again until the server says. */
  readonly isUnconfirmed: boolean;
  /** The ride may be ended although it has started: its driver's phone is silent. */
  readonly riderMayEnd: boolean;
  /** Of a trip that has ended. */
  readonly fare: { readonly minor: number; readonly currency: string } | null;
}

const START: RiderView = {
  isKnown: false,
  home: null,
  tripId: null,
  isRequesting: false,
  isUnconfirmed: false,
  riderMayEnd: false,
  fare: null,
};

const RETRY_MS = 3000;
/** How often the first screen is read again while it is shown. */
const REFRESH_MS = 10_000;
/** A map that is being moved asks once, when it rests. */
const REST_MS = 400;

/** The rider's connection and everything that is known of it: one for the app, outside of React. */
export class RiderClient {
  readonly view: Store<RiderView> = createStore(START);
  readonly rest: RestClient;
  readonly rider: Rider;
  onNotification: (notification: RiderEvents['notification']) => void = () => undefined;
  readonly #removeListeners: (() => void)[];
  #nextRead: ReturnType<typeof setTimeout> | undefined;
  #place: Point | null = null;
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
    void this.#readHome();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#nextRead);
    for (const remove of this.#removeListeners) remove();
    this.rider.close();
  }

  connect(): void {
    this.rider.connect();
  }

  /** The first screen shows cars and the expected wait around this place; null: another screen is shown. */
  lookAround(place: Point | null): void {
    this.#place = place;
    this.#readHomeIn(REST_MS);
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

  /** @throws the API's problem; TypeError without a network @returns the address of a page for people without an account */
  async share(tripId: string): Promise<string> {
    const { data, error } = await this.rest.POST('/v1/trips/{tripId}/shares', {
      params: { path: { tripId } },
      body: {},
    });
    if (data === undefined) throw error;
    return new URL(data.path, location.origin).href;
  }

  /** The ended trip has been seen: the next one may be planned. */
  closeTrip(): void {
    this.#show({ tripId: null, riderMayEnd: false, fare: null });
  }

  #show(change: Partial<RiderView>): void {
    if (!this.#isClosed) this.view.set({ ...this.view.get(), ...change });
  }

  #readHomeIn(delayMs: number): void {
    clearTimeout(this.#nextRead);
    const isNeeded = this.#place !== null || !this.view.get().isKnown;
    if (isNeeded && !this.#isClosed) this.#nextRead = setTimeout(() => void this.#readHome(), delayMs);
  }

  async #readHome(): Promise<void> {
    // Without a network; the connection's state says so. A trip that is under way must be found as soon as there is one.
    const place = this.#place;
    const home = await readHome(this.rest, place).catch(() => null);
    // Otherwise the next read is about the new place.
    if (home !== null && place === this.#place) {
      const { openTrip } = home;
      if (openTrip !== null && !this.view.get().isKnown) this.#follow(openTrip.tripId, openTrip.riderMayEnd);
      this.#show({ home, isKnown: true });
    }
    this.#readHomeIn(home === null ? RETRY_MS : REFRESH_MS);
  }

  /** The SDK follows; here is noted what its view does not have. */
  #follow(tripId: string, riderMayEnd = false): void {
    if (this.#isClosed || this.view.get().tripId === tripId) return;
    this.#show({ tripId, isKnown: true, riderMayEnd, fare: null });
    this.rider.follow(tripId, {
      onEvent: (event) => {
        const mayEnd = mayEndAfter(event);
        if (mayEnd !== undefined && this.view.get().tripId === tripId) this.#show({ riderMayEnd: mayEnd });
      },
      onEnd: ({ code }) => {
        if (this.view.get().tripId !== tripId) return;
        if (code === undefined) void this.#readFare(tripId);
        else this.closeTrip();
      },
    });
  }

  async #readFare(tripId: string): Promise<void> {
    // Without a network the end is shown without its fare.
    const answer = await this.rest
      .GET('/v1/trips/{tripId}', { params: { path: { tripId } } })
      .catch(() => undefined);
    if (this.view.get().tripId === tripId) this.#show({ fare: answer?.data?.fare ?? null });
  }
}

/** Nothing else of a place belongs in a request: unknown fields are refused. */
const bare = ({ lat, lng }: Point): { lat: number; lng: number } => ({ lat, lng });
