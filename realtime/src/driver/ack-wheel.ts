/** Something that is told when its acknowledgement is due. */
export interface AckDue {
  ackScheduled: boolean;
  ackDue(): void;
}

const TICK_MS = 100;

/**
 * Tells drivers' connections when their cumulative acknowledgement is due: one timer for the whole gateway instead of one per socket.
 * A connection is scheduled when it has something to say and left out while it has not.
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

  /** Schedules the acknowledgement one interval from now; once is enough until it was told. */
  schedule(connection: AckDue): void {
    if (connection.ackScheduled) return;
    connection.ackScheduled = true;
    const last = (this.#at + this.#slots.length - 1) % this.#slots.length;
    this.#slots[last]?.push(connection);
  }

  #turn(): void {
    this.#at = (this.#at + 1) % this.#slots.length;
    const due = this.#slots[this.#at] ?? [];
    this.#slots[this.#at] = [];
    for (const connection of due) {
      connection.ackScheduled = false;
      connection.ackDue();
    }
  }
}
