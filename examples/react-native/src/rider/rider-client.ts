import { createRider, type Rider } from '@rideline/sdk/rider';
import type { Account } from '../account/account.ts';
import type { Device } from '../device/device.ts';
import { createStore, type Store } from '../state/store.ts';

export interface Point {
  readonly lat: number;
  readonly lng: number;
}

/** What the screen shows beside the followed trip, which the SDK's hooks give. */
export interface RiderView {
  /** Whether it is known if the rider has an open trip. */
  readonly isKnown: boolean;
  /** The trip that is followed, also after its end, until its end has been seen. */
  readonly tripId: string | null;
  /** A request or cancellation may have taken effect: the SDK sends it again until the server says. */
  readonly isUnconfirmed: boolean;
}

const RETRY_MS = 5000;
type Phone = Pick<Device, 'url' | 'network' | 'appState'>;

/** The rider's connection: one for the app, outside React. */
export class RiderClient {
  readonly rider: Rider;
  readonly view: Store<RiderView> = createStore<RiderView>({
    isKnown: false,
    tripId: null,
    isUnconfirmed: false,
  });
  readonly #account: Pick<Account, 'rest'>;
  readonly #url: string;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(phone: Phone, account: Pick<Account, 'session' | 'storage' | 'rest'>) {
    const { url, network, appState } = phone;
    const { session, storage } = account;
    this.#account = account;
    this.#url = url;
    this.rider = createRider({ url, token: session, storage, network, appState });
    this.rider.on('unconfirmed', () => this.#show({ isUnconfirmed: true }));
    this.rider.on('command', ({ command, outcome }) => {
      this.#show({ isUnconfirmed: false });
      // Also a request from before the app was killed.
      if (command.event === 'trip:request' && outcome.ok && 'tripId' in outcome)
        this.#follow(String(outcome.tripId));
    });
  }

  async start(): Promise<void> {
    this.rider.connect();
    await this.#findOpenTrip();
  }

  /** Resolves when everything is stored. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.rider.close();
  }

  /** @throws RidelineError or a refusal with its code */
  async request(pickup: Point, dropoff: Point): Promise<void> {
    const outcome = await this.rider.requestTrip({ pickup, dropoff, tier: 'standard' });
    if (!outcome.ok) throw outcome;
  }

  /** @throws RidelineError or a refusal with its code */
  async cancel(tripId: string): Promise<void> {
    const outcome = await this.rider.cancelTrip(tripId);
    if (!outcome.ok) throw outcome;
  }

  /**
   * Creates a link for somebody without an account; it ends with the trip.
   * @returns its address
   * @throws RidelineError
   */
  async share(tripId: string): Promise<string> {
    const { data, error } = await this.#account.rest.POST('/v1/trips/{tripId}/shares', {
      params: { path: { tripId } },
      body: {},
    });
    if (data === undefined) throw error;
    return this.#url + data.path;
  }

  /** The end of the trip has been seen: the next one may be requested. */
  closeTrip(): void {
    this.#show({ tripId: null });
  }

  #show(change: Partial<RiderView>): void {
    if (!this.#isClosed) this.view.set({ ...this.view.get(), ...change });
  }

  #follow(tripId: string): void {
    this.#show({ tripId, isKnown: true });
    if (!this.#isClosed) this.rider.follow(tripId);
  }

  /** A trip that is under way must be found as soon as there is a network. */
  async #findOpenTrip(): Promise<void> {
    const query = { open: true, limit: 1 };
    const { data } = await this.#account.rest.GET('/v1/trips', { params: { query } });
    if (this.#isClosed || this.view.get().tripId !== null) return;
    if (data === undefined) {
      this.#retry = setTimeout(() => void this.#findOpenTrip(), RETRY_MS);
      return;
    }
    const [open] = data.trips;
    if (open?.tripId === undefined) this.#show({ isKnown: true });
    else this.#follow(open.tripId);
  }
}
