/** Seconds that the figures cover. */
const WINDOW_SECONDS = 5;
/** Ages kept: enough for a p99 at any rate. */
const AGES = 2048;

/** Fixes per second and age of fixes over the last seconds, for the strip above the operators' map. */
export class FleetRates {
  readonly #perSecond = new Array<number>(WINDOW_SECONDS).fill(0);
  readonly #ages = new Float64Array(AGES);
  readonly #recordedAtMs = new Float64Array(AGES);
  #nextAge = 0;
  #second = 0;

  count(fixes: number): void {
    this.#perSecond[this.#second] = (this.#perSecond[this.#second] ?? 0) + fixes;
  }

  age(ageMs: number, wallMs: number): void {
    this.#ages[this.#nextAge] = ageMs;
    this.#recordedAtMs[this.#nextAge] = wallMs;
    this.#nextAge = (this.#nextAge + 1) % AGES;
  }

  /** Starts the next second. Call it once a second. */
  nextSecond(): void {
    this.#second = (this.#second + 1) % WINDOW_SECONDS;
    this.#perSecond[this.#second] = 0;
  }

  /** Excludes the current second. */
  fixesPerSecond(): number {
    let sum = 0;
    for (const [second, fixes] of this.#perSecond.entries()) if (second !== this.#second) sum += fixes;
    return sum / (WINDOW_SECONDS - 1);
  }

  ageP99Ms(wallMs: number): number {
    const sinceMs = wallMs - WINDOW_SECONDS * 1000;
    const recent = this.#ages.filter((_, at) => (this.#recordedAtMs[at] ?? 0) > sinceMs).sort();
    return recent.length === 0 ? 0 : (recent[Math.ceil(recent.length * 0.99) - 1] ?? 0);
  }
}
