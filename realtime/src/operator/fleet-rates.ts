/** Seconds that the figures look back. */
const WINDOW_SECONDS = 5;
/** Ages kept: enough for a p99, whatever the rate. */
const AGES = 2048;

/** Fixes a second and the age of fixes, over the last seconds, for the operators' strip. */
export class FleetRates {
  readonly #perSecond = new Array<number>(WINDOW_SECONDS).fill(0);
  readonly #ages = new Float64Array(AGES);
  readonly #agedAt = new Float64Array(AGES);
  #nextAge = 0;
  #at = 0;

  count(fixes: number): void {
    this.#perSecond[this.#at] = (this.#perSecond[this.#at] ?? 0) + fixes;
  }

  age(ageMs: number, wallMs: number): void {
    this.#ages[this.#nextAge] = ageMs;
    this.#agedAt[this.#nextAge] = wallMs;
    this.#nextAge = (this.#nextAge + 1) % AGES;
  }

  /** To be called once a second. */
  turn(): void {
    this.#at = (this.#at + 1) % WINDOW_SECONDS;
    this.#perSecond[this.#at] = 0;
  }

  /** The second that is being counted is left out. */
  fixesPerSecond(): number {
    let sum = 0;
    for (const [second, fixes] of this.#perSecond.entries()) if (second !== this.#at) sum += fixes;
    return sum / (WINDOW_SECONDS - 1);
  }

  ageP99Ms(wallMs: number): number {
    const since = wallMs - WINDOW_SECONDS * 1000;
    const recent = this.#ages.filter((_, at) => (this.#agedAt[at] ?? 0) > since).sort();
    return recent.length === 0 ? 0 : (recent[Math.ceil(recent.length * 0.99) - 1] ?? 0);
  }
}
