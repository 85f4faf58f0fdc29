import {
  createDriver,
  type Driver,
  type DriverAction,
  driverStorage,
  type HealthCondition,
  type Notification,
  type Offer,
  type TripId,
  trackLocation,
} from '@rideline/sdk/driver';
import type { Account } from '../account/account.ts';
import type { Device } from '../device/device.ts';
import { createStore, type Store } from '../state/store.ts';

/** What the screen shows beside connection, trip and offers, which the SDK's hooks give. */
export interface DriverView {
  /** What the driver wants; the server may not have confirmed it. */
  readonly isOnline: boolean;
  /** Whether the server has confirmed it; or the code of its refusal. */
  readonly status: 'confirmed' | 'waiting' | { readonly code: string };
  /** What is wrong with the location source or the phone. */
  readonly conditions: readonly HealthCondition[];
  /** A command may have taken effect: the SDK sends it again until the server says. */
  readonly isUnconfirmed: boolean;
  readonly notification: Notification | null;
}

const START: DriverView = {
  isOnline: false,
  status: 'confirmed',
  conditions: [],
  isUnconfirmed: false,
  notification: null,
};

type Phone = Pick<
  Device,
  'url' | 'network' | 'appState' | 'online' | 'alive' | 'location' | 'askForLocation'
>;

/** The driver's connection: one for the app, outside React. */
export class DriverClient {
  readonly driver: Driver;
  readonly view: Store<DriverView> = createStore(START);
  readonly #phone: Phone;
  #stopTracking: (() => Promise<void>) | undefined;

  constructor(phone: Phone, { session, storage }: Pick<Account, 'session' | 'storage'>) {
    this.#phone = phone;
    const { url, network, appState } = phone;
    const driver = createDriver({
      url,
      token: session,
      storage: driverStorage(storage),
      network,
      appState,
    });
    driver.on('status', ({ confirmed, code }) =>
      this.#show({ status: confirmed ? 'confirmed' : code === undefined ? 'waiting' : { code } }),
    );
    driver.on('health', ({ conditions }) => this.#show({ conditions }));
    driver.on('unconfirmed', () => this.#show({ isUnconfirmed: true }));
    driver.on('command', () => this.#show({ isUnconfirmed: false }));
    driver.on('notification', (notification) => this.#show({ notification }));
    this.driver = driver;
  }

  /** Connects, and goes online again when the driver was before the app ended. */
  async start(): Promise<void> {
    this.driver.connect();
    if ((await this.#phone.online.get()) === 'yes') await this.goOnline();
  }

  /** Resolves when everything is stored. */
  async close(): Promise<void> {
    await this.#untrack();
    await this.driver.close();
  }

  async goOnline(): Promise<void> {
    await this.#phone.online.set('yes');
    this.#show({ isOnline: true, status: 'waiting' });
    // Without the permission the driver is online too, and the health report says what is wrong.
    await this.#phone.askForLocation();
    // Gone offline while the person was asked.
    if (!this.view.get().isOnline) return;
    this.#stopTracking ??= trackLocation(this.driver, this.#phone.location(), { alive: this.#phone.alive });
    this.driver.setStatus('available');
  }

  async goOffline(): Promise<void> {
    this.#show({ isOnline: false, status: 'waiting', conditions: [] });
    this.driver.setStatus('offline');
    await this.#untrack();
    await this.#phone.online.set('no');
  }

  /** A push of the kind `wake` has arrived: call it from the app's push handler. Resolves when what was measured is stored. */
  async onWakePush(): Promise<void> {
    this.driver.wake();
    await this.driver.flush();
  }

  /** @throws RidelineError or a refusal with its code */
  async answer(offerId: Offer['offerId'], accept: boolean): Promise<void> {
    const outcome = await this.driver.answerOffer(offerId, accept);
    if (!outcome.ok) throw outcome;
  }

  /** @throws RidelineError or a refusal with its code */
  async command(tripId: TripId, action: DriverAction): Promise<void> {
    const outcome = await this.driver.tripCommand(tripId, action);
    if (!outcome.ok) throw outcome;
  }

  #show(change: Partial<DriverView>): void {
    this.view.set({ ...this.view.get(), ...change });
  }

  async #untrack(): Promise<void> {
    const stop = this.#stopTracking;
    this.#stopTracking = undefined;
    await stop?.();
  }
}
