import {
  type ConnectionState,
  createDriver,
  type Driver,
  type DriverEvents,
  type RestClient,
} from '@rideline/sdk';
import type { SignedIn } from '../account/account.ts';
import { codeOf } from '../account/errors.ts';
import { storedCommands } from '../account/stored-commands.ts';
import { onReturn } from '../connection/on-return.ts';
import type { LocationProblem, LocationSample, LocationSource } from '../location/location-source.ts';
import type { Place } from '../location/place.ts';
import { createStore, type Store } from '../state/store.ts';
import { storedSetting } from '../state/stored-setting.ts';

export type Offer = DriverEvents['offer'];
export type Trip = NonNullable<DriverEvents['trip']['trip']>;
export type TripAction = Parameters<Driver['tripCommand']>[1];
type TripEvent = DriverEvents['tripEvent'];

/** A trip that is over for this driver. */
export interface EndedTrip {
  readonly tripId: string;
  readonly how: 'completed' | 'cancelled' | 'other';
  readonly fare: { readonly minor: number; readonly currency: string } | null;
}

/** What the screens show; one value, so that a screen never mixes two moments. */
export interface DriverView {
  readonly connection: ConnectionState;
  /** What the driver wants; the server may not have confirmed it. */
  readonly isOnline: boolean;
  /** Whether the server has confirmed the status; or the code of its refusal. */
  readonly status: 'confirmed' | 'waiting' | { readonly code: string };
  readonly place: Place | null;
  readonly problem: LocationProblem | null;
  readonly offers: readonly Offer[];
  readonly trip: Trip | null;
  readonly queued: Trip | null;
  /** A command may have taken effect: the SDK sends it again until the server says. */
  readonly isUnconfirmed: boolean;
  readonly ended: EndedTrip | null;
}

const START: DriverView = {
  connection: { kind: 'idle' },
  isOnline: false,
  status: 'confirmed',
  place: null,
  problem: null,
  offers: [],
  trip: null,
  queued: null,
  isUnconfirmed: false,
  ended: null,
};

/** A driver who stands: the position is repeated this often, so that the server does not take silence for a stop. */
const REPEAT_MS = 10_000;

/**
 * The driver's connection and everything that is known of it: one for the app, outside of React. Screens read `view` and call the methods.
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
  #tracked: { source: LocationSource; repeat: ReturnType<typeof setInterval> } | undefined;
  #lastEvent: TripEvent | undefined;

  /** @param source where positions come from, asked each time the driver goes online */
  constructor({ session, rest }: SignedIn, source: () => Promise<LocationSource>) {
    this.#source = source;
    this.rest = rest;
    this.driver = createDriver({ url: location.origin, token: session, commands: storedCommands('driver') });
    const driver = this.driver;
    this.#removeListeners = [
      driver.on('state', (connection) => this.#show({ connection })),
      driver.on('offer', (offer) => {
        this.#show({ offers: driver.offers });
        this.onOffer(offer);
      }),
      driver.on('offerRevoked', ({ reason }) => {
        this.#show({ offers: driver.offers });
        this.onOfferGone(reason);
      }),
      driver.on('tripEvent', (event) => {
        this.#lastEvent = event;
      }),
      driver.on('trip', ({ trip, queued }) => this.#onTrip(trip, queued)),
      driver.on('status', ({ confirmed, code }) =>
        this.#show({ status: confirmed ? 'confirmed' : code === undefined ? 'waiting' : { code } }),
      ),
      driver.on('unconfirmed', () => this.#show({ isUnconfirmed: true })),
      driver.on('command', () => this.#show({ isUnconfirmed: false })),
      driver.on('notification', (notification) => this.onNotification(notification)),
      onReturn(() => driver.wake()),
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
    if (this.view.get().isOnline) this.#track(source);
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
    this.#show({ offers: this.driver.offers });
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

  #onTrip(trip: Trip | null, queued: Trip | null): void {
    const before = this.view.get().trip;
    this.#show({ trip, queued, offers: this.driver.offers, ...(trip === null ? {} : { ended: null }) });
    if (before === null || before.tripId === trip?.tripId) return;
    void this.#summarize(before.tripId);
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
    if (this.view.get().trip !== null) return;
    this.#show({ ended: { tripId, how, fare: view?.fare ?? null } });
  }

  #track(source: LocationSource): void {
    this.#untrack();
    const take = (samples: readonly LocationSample[]) => {
      for (const sample of samples) this.#push(sample);
    };
    void source.start({ onSamples: take, onProblem: (problem) => this.#show({ problem }) });
    const repeat = setInterval(() => {
      // A failure is a problem that the source reports itself.
      source.current?.().then(
        (sample) => take([sample]),
        () => undefined,
      );
    }, REPEAT_MS);
    this.#tracked = { source, repeat };
  }

  #untrack(): void {
    clearInterval(this.#tracked?.repeat);
    void this.#tracked?.source.stop();
    this.#tracked = undefined;
  }

  #push({ lat, lng, speed = null, heading = null, accuracy = null }: LocationSample): void {
    const place: Place = { lat, lng, speed, heading: Number.isNaN(heading) ? null : heading, accuracy };
    this.driver.push(place);
    this.#show({ place, problem: null });
  }
}

/** Whether a refusal says that the offer or the trip is over, which the screen shows anyway. */
export const isOver = (error: unknown): boolean => ['GONE', 'NOT_FOUND'].includes(codeOf(error) ?? '');
