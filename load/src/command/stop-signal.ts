const FORCED_EXIT = 130;

/** Ctrl-C and SIGTERM: the first asks for an ordered stop, the second forces it. */
export class StopSignal {
  readonly requested: Promise<void>;
  #resolveRequested: () => void = () => undefined;
  #count = 0;
  #force: () => Promise<void>;
  readonly #listener = () => this.#handle();

  /** `force` has to end what runs; the process exits when it has settled. */
  constructor(force: () => Promise<void>) {
    this.#force = force;
    this.requested = new Promise((resolve) => {
      this.#resolveRequested = resolve;
    });
    process.on('SIGINT', this.#listener);
    process.on('SIGTERM', this.#listener);
  }

  get isRequested(): boolean {
    return this.#count > 0;
  }

  off(): void {
    process.off('SIGINT', this.#listener);
    process.off('SIGTERM', this.#listener);
  }

  #handle(): void {
    this.#count++;
    if (this.#count === 1) this.#resolveRequested();
    else if (this.#count === 2) void this.#force().finally(() => process.exit(FORCED_EXIT));
    else process.exit(FORCED_EXIT);
  }
}
