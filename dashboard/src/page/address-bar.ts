import { type Address, readAddress, writeAddress } from './address.ts';

/** A followed cab moves the map with every frame, and browsers allow some 100 changes of the address in 30 s. */
const WRITE_EVERY_MS = 500;

/** Keeps the address bar in step with the page, and tells when the operator has put in another link. */
export class AddressBar {
  #address: Address = readAddress(location.hash);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onHash: () => void;

  constructor(onLink: (address: Address) => void) {
    this.#onHash = () => {
      this.#address = readAddress(location.hash);
      onLink(this.#address);
    };
    // Only a link causes this event: what is written here does not.
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
