import { createStore, type Store } from '@rideline/dashboard/store';
import { browserAppState, browserNetwork } from '@rideline/sdk/browser';
import {
  createDriver,
  type Driver,
  type DriverEvents,
  driverStorage,
  type LocationHandlers,
  type LocationProblem,
  type LocationSample,
  type LocationSource,
  type Offer,
  type RestClient,
  type TripEvent,
  type TripSnapshot,
  trackLocation,
} from '@rideline/sdk/driver';
import type { SignedIn } from '../account/account.ts';
import { codeOf } from '../account/errors.ts';
import type { Place } from '../location/place.ts';
import { localPageStorage } from '../state/page-storage.ts';
import { storedSetting } from '../state/stored-setting.ts';

export type { Offer };
export type Trip = TripSnapshot;
export type TripAction = Parameters<Driver['tripCommand']>[1];

/** A trip that is over for this driver. */
export interface EndedTrip {
  readonly tripId: string;
  readonly how: 'completed' | 'cancelled' | 'other';
  readonly fare: { readonly minor: number; readonly currency: string } | null;
}

/** What the screens show besides what the SDK's hooks give (connection, offers, the ride, who watches). */
export interface DriverView {
  /** What the driver wants; the server may not have confirmed it. */
  readonly isOnline: boolean;
  /** Whether the server has confirmed the status; or the code of its refusal. */
  readonly status: 'confirmed' | 'waiting' | { readonly code: string };
  readonly place: Place | null;
  readonly problem: LocationProblem | null;
  /** A command may have taken effect: the SDK sends it again until the server says. */
  readonly isUnconfirmed: boolean;
  readonly ended: EndedTrip | null;
}

const START: DriverView = {
  isOnline: false,
  status: 'confirmed',
  place: null,
  problem: null,
  isUnconfirmed: false,
  ended: null,
};

/** By it the next start of the app learns that this one was closed or killed while it sent positions. */
const ALIVE_KEY = 'rideline.driver.alive';
const ALIVE = {
  get: () => localPageStorage.getItem(ALIVE_KEY),
  set: (text: string) => localPageStorage.setItem(ALIVE_KEY, text),
};

/**
 * The driver's connection: one for the app, outside of React. Screens read `view` and the SDK's hooks on `driver`, and call the methods.
 */
export class DriverClient {
  readonly view: Store<DriverView> = createStore(START);
  readonly driver: Driver;
  readonly rest: RestClient;
  /** Called for each new offer, and for each notification of the server. */
  onOffer: (offer: Offer) => void = () => undefined;
  onOfferGone: (reason: DriverEvents['offerRevoked']['reason']) => void = () => undefined;
  onNotification: (notification: DriverEvents['notification']) => void = () => undefined;
  readonly #wanted = storedSetting<'on' | 'off'>('rideline.driver.online', ['on', 'off'], 'off');
  readonly #source: () => Promise<LocationSource>;
  readonly #removeListeners: (() => void)[];
  #stopTracking: (() => Promise<void>) | undefined;
  #lastEvent: TripEvent | undefined;
  #tripId: Trip['tripId'] | undefined;

  /** @param source where positions come from, asked each time the driver goes online */
  constructor({ session, rest, storage }: SignedIn, source: () => Promise<LocationSource>) {
    this.#source = source;
    this.rest = rest;
    this.driver = createDriver({
      url: location.origin,
      token: session,
      storage: driverStorage(storage),
      network: browserNetwork(),
      appState: browserAppState(),
    });
    const driver = this.driver;
    this.#removeListeners = [
      driver.on('offer', (offer) => this.onOffer(offer)),
      driver.on('offerRevoked', ({ reason }) => this.onOfferGone(reason)),
      driver.on('tripEvent', (event) => {
        this.#lastEvent = event;
      }),
      driver.on('trip', ({ trip }) => this.#onTrip(trip)),
      driver.on('status', ({ confirmed, code }) =>
        this.#show({ status: confirmed ? 'confirmed' : code === undefined ? 'waiting' : { code } }),
      ),
      driver.on('unconfirmed', () => this.#show({ isUnconfirmed: true })),
      driver.on('command', () => this.#show({ isUnconfirmed: false })),
      driver.on('notification', (notification) => this.onNotification(notification)),
    ];
  }

  /** Connects, and goes online again when the driver was before the window was closed. */
  start(): void {
    this.driver.connect();
    if (this.#wanted.get() === 'on') void this.goOnline();
  }

  close(): void {
    for (const remove of this.#removeListeners) remove();
    this.#untrack();
    this.driver.close();
  }

  async goOnline(): Promise<void> {
    this.#wanted.set('on');
    this.#show({ isOnline: true, status: 'waiting', problem: null, ended: null });
    this.driver.setStatus('available');
    const source = await this.#source();
    // Gone offline in the meantime.
    if (this.view.get().isOnline && this.#stopTracking === undefined) this.#track(source);
  }

  goOffline(): void {
    this.#wanted.set('off');
    this.#untrack();
    this.#show({ isOnline: false, status: 'waiting', place: null, problem: null });
    this.driver.setStatus('offline');
  }

  connect(): void {
    this.driver.connect();
  }

  /** @throws an error with the code of the refusal */
  async answer(offerId: Offer['offerId'], accept: boolean): Promise<void> {
    const outcome = await this.driver.answerOffer(offerId, accept);
    if (!outcome.ok) throw outcome;
  }

  /** @throws an error with the code of the refusal */
  async command(tripId: Trip['tripId'], action: TripAction, reason?: string): Promise<void> {
    const outcome = await this.driver.tripCommand(tripId, action, reason === undefined ? {} : { reason });
    if (!outcome.ok) throw outcome;
  }

  closeSummary(): void {
    this.#show({ ended: null });
  }

  #show(change: Partial<DriverView>): void {
    this.view.set({ ...this.view.get(), ...change });
  }

  #onTrip(trip: Trip | null): void {
    const before = this.#tripId;
    this.#tripId = trip?.tripId;
    if (trip !== null) this.#show({ ended: null });
    if (before !== undefined && before !== trip?.tripId) void this.#summarize(before);
  }

  /** The trip's end with its fare; without a network without it. */
  async #summarize(tripId: Trip['tripId']): Promise<void> {
    const event = this.#lastEvent?.tripId === tripId ? this.#lastEvent : undefined;
    const view = await this.rest
      .GET('/v1/trips/{tripId}', { params: { path: { tripId } } })
      .then(({ data }) => data)
      .catch(() => undefined);
    // The event may still be on its way: its last state is then the one before the end.
    const state = view?.state ?? event?.state;
    const how = state === 'completed' || state === 'cancelled' ? state : 'other';
    // The next trip has begun.
    if (this.driver.trip !== null) return;
    this.#show({ ended: { tripId, how, fare: view?.fare ?? null } });
  }

  /** The SDK chooses which positions become fixes; the map shows all of them. */
  #track(source: LocationSource): void {
    const shown = (handlers: LocationHandlers): LocationHandlers => ({
      onSamples: (samples) => {
        const newest = samples.at(-1);
        if (newest !== undefined) this.#show({ place: placeOf(newest), problem: null });
        handlers.onSamples(samples);
      },
      onProblem: (problem) => {
        this.#show({ problem });
        handlers.onProblem(problem);
      },
    });
    this.#stopTracking = trackLocation(
      this.driver,
      {
        start: (handlers) => source.start(shown(handlers)),
        stop: () => source.stop(),
        ...(source.current === undefined ? {} : { current: () => currentOf(source) }),
        device: async () => (await source.device?.()) ?? {},
      },
      { alive: ALIVE },
    );
  }

  #untrack(): void {
    void this.#stopTracking?.();
    this.#stopTracking = undefined;
  }
}

function currentOf(source: LocationSource): Promise<LocationSample> {
  return source.current?.() ?? Promise.reject(new Error('this source cannot measure on request'));
}

const placeOf = ({ lat, lng, speed = null, heading = null, accuracy = null }: LocationSample): Place => ({
  lat,
  lng,
  speed,
  // Browsers say NaN for what stands.
  heading: Number.isNaN(heading) ? null : heading,
  accuracy,
});

/** Whether a refusal says that the offer or the trip is over, which the screen shows anyway. */
export const isOver = (error: unknown): boolean => ['GONE', 'NOT_FOUND'].includes(codeOf(error) ?? '');
