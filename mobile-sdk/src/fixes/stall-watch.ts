/**
 * Detects that `durable` does not advance although the server has fixes. Either MongoDB is unavailable, and waiting is right, or the server's
 * log lost its tail, and only resending helps. A phone cannot tell which: so it resends the oldest frame, and doubles the interval with each
 * attempt that changes nothing.
 */
export class StallWatch {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #periodMs: number;
  #sinceMs: number | undefined;

  constructor(firstMs: number, maxMs: number) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#periodMs = firstMs;
  }

  advanced(nowMs: number): void {
    this.#periodMs = this.#firstMs;
    this.#sinceMs = nowMs;
  }

  /** `hasReceived`: the server has fixes that are not durable yet. */
  update(hasReceived: boolean, nowMs: number): void {
    if (!hasReceived) this.#sinceMs = undefined;
    else this.#sinceMs ??= nowMs;
  }

  dueAt(): number | undefined {
    return this.#sinceMs === undefined ? undefined : this.#sinceMs + this.#periodMs;
  }

  tried(nowMs: number): void {
    this.#sinceMs = nowMs;
    this.#periodMs = Math.min(this.#maxMs, this.#periodMs * 2);
  }
}
