/** A token bucket for frames that keeps a phone below the server's event limit. The caller passes the time. */
export class FrameBudget {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #atMs = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  has(nowMs: number): boolean {
    if (nowMs > this.#atMs && this.#tokens < this.#burst) {
      this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#atMs) * this.#perSecond) / 1000);
    }
    this.#atMs = Math.max(nowMs, this.#atMs);
    return this.#tokens >= 1;
  }

  take(): void {
    this.#tokens--;
  }

  /** A new connection has a budget of its own. */
  refill(): void {
    this.#tokens = this.#burst;
  }

  /** When the next frame may be sent. */
  readyAt(nowMs: number): number {
    return this.#tokens >= 1 ? nowMs : this.#atMs + Math.ceil(((1 - this.#tokens) * 1000) / this.#perSecond);
  }
}
