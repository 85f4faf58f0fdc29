interface Sample {
  readonly domainMs: number;
  readonly rate: number;
  /** On the running clock, half way between the question and the answer. */
  readonly atMs: number;
  readonly roundTripMs: number;
}

/** A better sample replaces one of this age whatever its round trip, so that a clock that drifts is followed. */
const OLD_MS = 60_000;

/**
 * The servers' domain clock as all users of this generator estimate it. They share one estimate: a position that one of them sends and another
 * one receives has its age without the error of the estimate.
 */
export class ServerClock {
  #sample: Sample | null = null;

  get isKnown(): boolean {
    return this.#sample !== null;
  }

  /** Whether another sample is wanted. */
  isOld(nowMs: number): boolean {
    return this.#sample === null || nowMs - this.#sample.atMs > OLD_MS;
  }

  take(answer: { domainMs: number; rate: number }, askedAtMs: number, answeredAtMs: number): void {
    const roundTripMs = answeredAtMs - askedAtMs;
    const isBetter =
      this.isOld(answeredAtMs) || roundTripMs < (this.#sample?.roundTripMs ?? Number.POSITIVE_INFINITY);
    if (!isBetter) return;
    const { domainMs, rate } = answer;
    this.#sample = { domainMs, rate, atMs: askedAtMs + roundTripMs / 2, roundTripMs };
  }

  /** Epoch ms on the domain clock at an instant of the running clock; the machine's clock before the first sample. */
  domainAt(runningMs: number): number {
    if (this.#sample === null) return performance.timeOrigin + runningMs;
    return this.#sample.domainMs + (runningMs - this.#sample.atMs) * this.#sample.rate;
  }

  /** How long ago a domain time was, ms of the running clock. */
  ageOf(domainMs: number, nowMs: number): number {
    return (this.domainAt(nowMs) - domainMs) / (this.#sample?.rate ?? 1);
  }
}
