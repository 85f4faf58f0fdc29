/**
 * Two clocks (docs/design/design.md, "Two clocks"). The domain clock drives the time of fixes, hygiene, staleness and budgets; the wall
 * clock drives leases, I/O timeouts and age metrics. They differ only where a replay maps a trace's time to the present.
 */
export interface Clock {
  wallMs(): number;
  domainMs(): number;
  /** Domain milliseconds that pass in one wall millisecond. */
  readonly rate: number;
}

export interface ClockMapping {
  /** The wall instant at which the domain clock showed `domainMs`. */
  readonly wallMs: number;
  readonly domainMs: number;
  readonly rate: number;
}

export const systemClock: Clock = { wallMs: Date.now, domainMs: Date.now, rate: 1 };

export function mappedClock(mapping: ClockMapping): Clock {
  return {
    wallMs: Date.now,
    domainMs: () => mapping.domainMs + (Date.now() - mapping.wallMs) * mapping.rate,
    rate: mapping.rate,
  };
}

/** A clock that stands still until it is moved: for tests of timers and staleness. */
export function manualClock(startMs: number, rate = 1) {
  let wallMs = startMs;
  return {
    wallMs: () => wallMs,
    domainMs: () => startMs + (wallMs - startMs) * rate,
    rate,
    advance(ms: number) {
      wallMs += ms;
    },
  } satisfies Clock & { advance(ms: number): void };
}

/** Wall milliseconds since the domain instant `domainMs`: the age of a fix as an observer experiences it. */
export function ageMs(clock: Clock, domainMs: number): number {
  return (clock.domainMs() - domainMs) / clock.rate;
}

/** `<wallMs>:<domainMs>:<rate>`, as in RIDELINE_DOMAIN_CLOCK. @throws RangeError when malformed */
export function parseClockMapping(text: string): ClockMapping {
  const parts = text.split(':').map(Number);
  const [wallMs, domainMs, rate] = parts;
  if (
    parts.length !== 3 ||
    wallMs === undefined ||
    domainMs === undefined ||
    rate === undefined ||
    !parts.every(Number.isFinite) ||
    rate <= 0
  ) {
    throw new RangeError(`must be <wallMs>:<domainMs>:<rate>, not "${text}"`);
  }
  return { wallMs, domainMs, rate };
}
