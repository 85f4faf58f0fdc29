const FORCED_EXIT = 130;

/** Ctrl-C and SIGTERM: the first asks for an ordered stop, the second forces it. */
export class StopSignal {
  readonly asked: Promise<void>;
  #resolveAsked: () => void = () => undefined;
  #count = 0;
  #force: () => Promise<void>;
  readonly #listener = () => this.#handle();

  /** `force` has to end what runs; the process exits when it has settled. */
  constructor(force: () => Promise<void>) {
    this.#force = force;
    this.asked = new Promise((resolve) => {
      this.#resolveAsked = resolve;
    });
    process.on('SIGINT', this.#listener);
    process.on('SIGTERM', this.#listener);
  }

  get isAsked(): boolean {
    return this.#count > 0;
  }

  off(): void {
    process.off('SIGINT', this.#listener);
    process.off('SIGTERM', this.#listener);
  }

  #handle(): void {
    this.#count++;
    if (this.#count === 1) this.#resolveAsked();
    else if (this.#count === 2) void this.#force().finally(() => process.exit(FORCED_EXIT));
    else process.exit(FORCED_EXIT);
  }
}
