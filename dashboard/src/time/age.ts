import { domainAt, isReplay, type ServerClock } from './server-clock.ts';

/** Age of a position: 0 fresh · 1 faded · 2 faded more, with a dashed ring. */
export type AgeTier = 0 | 1 | 2;

/** Thresholds in ms of the domain clock. */
export interface AgeLimits {
  readonly fadedMs: number;
  readonly ringedMs: number;
}

/** A phone sends every few seconds. */
const LIVE: AgeLimits = { fadedMs: 10_000, ringedMs: 60_000 };
/**
 * The replayed cabs sent a fix about once a minute (median 60 s, 90 % within 75 s, load/data/README.md), so 10 and 60 s would
 * fade a healthy fleet for most of each minute. 90 s is above that, 180 s is the replay's search freshness.
 */
const REPLAY: AgeLimits = { fadedMs: 90_000, ringedMs: 180_000 };

export function ageLimits(clock: ServerClock | null): AgeLimits {
  return clock !== null && isReplay(clock) ? REPLAY : LIVE;
}

/** @param domainAgeMs age on the domain clock */
export function ageTier(domainAgeMs: number, limits: AgeLimits): AgeTier {
  if (domainAgeMs > limits.ringedMs) return 2;
  return domainAgeMs > limits.fadedMs ? 1 : 0;
}

/** Age on the domain clock, ms; at least 0, because a phone's estimate of the server's time may run ahead. */
export function domainAgeMs(clock: ServerClock, at: number, localMs: number): number {
  return Math.max(0, domainAt(clock, localMs) - at);
}

/** Age in wall ms: at ×10 a cab that was silent for a minute of the trace is 6 s old. */
export function wallAgeMs(clock: ServerClock, at: number, localMs: number): number {
  return domainAgeMs(clock, at, localMs) / clock.rate;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `0 s`, `59 s`, `2 min`, `1 h 05`, `3 d`. At most two numbers, so that columns keep their width. */
export function formatAge(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS)
    return `${Math.floor(ms / HOUR_MS)} h ${String(Math.floor((ms % HOUR_MS) / MINUTE_MS)).padStart(2, '0')}`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** `1 min 20 s`, for places with more room; hours as in `formatAge`. */
export function formatLongAge(ms: number): string {
  if (ms < MINUTE_MS || ms >= HOUR_MS) return formatAge(ms);
  return `${Math.floor(ms / MINUTE_MS)} min ${String(Math.floor((ms % MINUTE_MS) / SECOND_MS)).padStart(2, '0')} s`;
}

/** `240 ms`, `1.2 s`, `14 s`: for latencies. */
export function formatLatency(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatAge(ms);
}
