/** Sends a cumulative acknowledgement when the wheel says that it is due. */
export interface AckDue {
  ackScheduled: boolean;
  ackDue(): void;
}

const TICK_MS = 100;

/**
 * Calls drivers' connections when their cumulative acknowledgement is due: one timer for the whole gateway instead of one per socket.
 * Only connections with something to acknowledge are scheduled.
 */
export class AckWheel {
  readonly #slots: AckDue[][];
  #at = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number) {
    this.#slots = Array.from({ length: Math.max(2, Math.ceil(intervalMs / TICK_MS) + 1) }, () => []);
  }

  start(): void {
    this.#timer = setInterval(() => this.#turn(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Schedules the acknowledgement one interval from now. Does nothing while one is scheduled. */
  schedule(target: AckDue): void {
    if (target.ackScheduled) return;
    target.ackScheduled = true;
    const last = (this.#at + this.#slots.length - 1) % this.#slots.length;
    this.#slots[last]?.push(target);
  }

  #turn(): void {
    this.#at = (this.#at + 1) % this.#slots.length;
    const due = this.#slots[this.#at] ?? [];
    this.#slots[this.#at] = [];
    for (const target of due) {
      target.ackScheduled = false;
      target.ackDue();
    }
  }
}
