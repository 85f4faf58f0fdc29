/**
 * The trace's time mapped onto the wall clock. The cluster's processes get the same mapping (RIDELINE_DOMAIN_CLOCK), so that ages can be
 * computed anywhere on this machine.
 */
export class TraceClock {
  /** The wall instant at which the trace starts. */
  readonly originMs: number;
  readonly traceStartMs: number;
  /** Trace ms per wall ms. */
  readonly rate: number;

  constructor(originMs: number, traceStartMs: number, rate: number) {
    this.originMs = originMs;
    this.traceStartMs = traceStartMs;
    this.rate = rate;
  }

  domainMs(wallMs = Date.now()): number {
    return this.traceStartMs + (wallMs - this.originMs) * this.rate;
  }

  wallMs(domainMs: number): number {
    return this.originMs + (domainMs - this.traceStartMs) / this.rate;
  }

  /** Wall ms since a domain instant. */
  ageMs(domainMs: number): number {
    return (this.domainMs() - domainMs) / this.rate;
  }

  /** The value of RIDELINE_DOMAIN_CLOCK. */
  toString(): string {
    return `${this.originMs}:${this.traceStartMs}:${this.rate}`;
  }
}
