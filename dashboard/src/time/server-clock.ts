import type { ServerTime } from '@rideline/contract';

/**
 * The server's domain clock (docs/design/design.md, "Two clocks": the clock of fixes and of their age) as a linear function of this
 * browser's monotonic clock. `localMs` is a reading of that clock, `rate` the domain ms per wall ms.
 */
export interface ServerClock {
  readonly domainMs: number;
  readonly wallMs: number;
  readonly rate: number;
  readonly localMs: number;
  readonly roundTripMs: number;
}

const SAMPLE_LIFE_MS = 5 * 60_000;
/** A domain clock further from the wall clock than this is shown as a replay. */
const REPLAY_DISTANCE_MS = 60 * 60_000;
/** A clock that moves back by more than this is another run of the replay: the fleet seen before is discarded. */
const RESTART_MS = 30_000;

/** The clock described by a reply to `time`. The reply is assumed to be made half a round trip before it arrived. */
export function clockFrom(answer: ServerTime, sentMs: number, receivedMs: number): ServerClock {
  const roundTripMs = receivedMs - sentMs;
  return { ...answer, localMs: receivedMs - roundTripMs / 2, roundTripMs };
}

export function domainAt(clock: ServerClock, localMs: number): number {
  return clock.domainMs + (localMs - clock.localMs) * clock.rate;
}

/** The better of two samples: the one with the shorter round trip, unless it is older than 5 min or the server's clock has changed. */
export function betterClock(held: ServerClock | null, sample: ServerClock): ServerClock {
  if (held === null || held.rate !== sample.rate || wasRestarted(held, sample)) return sample;
  if (sample.localMs - held.localMs > SAMPLE_LIFE_MS) return sample;
  return sample.roundTripMs <= held.roundTripMs ? sample : held;
}

export function wasRestarted(held: ServerClock | null, sample: ServerClock): boolean {
  if (held === null) return false;
  const drift = sample.domainMs - domainAt(held, sample.localMs);
  return drift < -RESTART_MS * Math.max(1, held.rate);
}

export function isReplay(clock: ServerClock): boolean {
  return clock.rate !== 1 || Math.abs(clock.domainMs - clock.wallMs) > REPLAY_DISTANCE_MS;
}
