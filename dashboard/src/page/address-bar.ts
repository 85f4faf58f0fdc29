import { type Address, readAddress, writeAddress } from './address.ts';

/** A followed cab moves the map with every frame, and browsers allow about 100 changes of the address in 30 s. */
const WRITE_EVERY_MS = 500;

/** Keeps the address bar in sync with the page, and reports links that the operator enters. */
export class AddressBar {
  #address: Address = readAddress(location.hash);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onHash: (event: HashChangeEvent) => void;

  constructor(onLink: (address: Address) => void) {
    // Not `location.hash`: the event comes a task after the navigation, and a write in between has replaced the link.
    this.#onHash = ({ newURL }) => {
      this.#address = readAddress(new URL(newURL).hash);
      onLink(this.#address);
      this.write({});
    };
    // Only a link triggers this event: `history.replaceState` below does not.
    addEventListener('hashchange', this.#onHash);
  }

  get address(): Address {
    return this.#address;
  }

  write(part: Partial<Address>): void {
    this.#address = { ...this.#address, ...part };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      history.replaceState(history.state, '', writeAddress(this.#address) || location.pathname);
    }, WRITE_EVERY_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    removeEventListener('hashchange', this.#onHash);
  }
}
