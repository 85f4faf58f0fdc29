import { type Account, signIn, signOut, storedAccount } from './account/account.ts';
import type { Device, Role } from './device/device.ts';
import { DriverClient } from './driver/driver-client.ts';
import { RiderClient } from './rider/rider-client.ts';
import { createStore, type Store } from './state/store.ts';

export type AppState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signed_out'; readonly hasEnded: boolean }
  | { readonly kind: 'driver'; readonly account: Account; readonly client: DriverClient }
  | { readonly kind: 'rider'; readonly account: Account; readonly client: RiderClient };

/** The app without its screens: who is signed in, and their one client. It outlives every component, and runs where there is no phone. */
export class RunningApp {
  readonly state: Store<AppState> = createStore<AppState>({ kind: 'starting' });
  readonly device: Device;

  constructor(device: Device) {
    this.device = device;
  }

  /** Continues the session of this phone. */
  async start(): Promise<void> {
    const account = await storedAccount(this.device, () => void this.#leave(true));
    if (account === null) this.state.set({ kind: 'signed_out', hasEnded: false });
    else this.#open(account);
  }

  /** @throws RidelineError */
  async signIn(role: Role, login: string, password: string): Promise<void> {
    this.#open(await signIn(this.device, role, { login, password }, () => void this.#leave(true)));
  }

  async signOut(): Promise<void> {
    const state = this.state.get();
    if (!('account' in state)) return;
    // What is not sent yet is wiped: the client closes before its storage.
    await this.#leave(false);
    await signOut(this.device, state.account);
  }

  #open(account: Account): void {
    if (account.role === 'driver')
      this.state.set({ kind: 'driver', account, client: new DriverClient(this.device, account) });
    else this.state.set({ kind: 'rider', account, client: new RiderClient(this.device, account) });
  }

  async #leave(hasEnded: boolean): Promise<void> {
    const state = this.state.get();
    this.state.set({ kind: 'signed_out', hasEnded });
    if (state.kind === 'driver') await this.device.online.set('no');
    if ('client' in state) await state.client.close();
  }
}
