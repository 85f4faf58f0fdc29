import {
  afterWeekRollover,
  FIX_FLAGS,
  greatCircleMetres,
  initialBearing,
  type UplinkPolicy,
} from '@rideline/contract';
import type { LocationSample } from './location-source.ts';

/** A sample to be sent as a fix. `ageMs`: how long before the newest sample of its delivery it was measured. */
export interface SampledFix {
  lat: number;
  lng: number;
  speed: number | null;
  /** As measured while moving, else the course from the fix before; that of the last move while the driver stands. */
  heading: number | null;
  accuracy: number | null;
  flags: number;
  ageMs: number;
}

/** Samples that are remembered: operating systems deliver one up to 14 times, also out of order. */
const REMEMBERED = 64;
/** Within this distance, or the receiver's own error, a driver stands. */
const STILL_METRES = 10;
const STILL_METRES_PER_SECOND = 1;
/** A heading is one only when the car has moved this far. */
const TURN_METRES = 8;
/** A source that should deliver every second delivers every 0.95 s at times. */
const EARLY_SHARE = 0.9;
/** Older samples of one delivery are not placed in time by it. */
const OLDEST_MS = 3_600_000;
/** A delivery that lags further behind the clocks than those before it by this much was kept by the operating system meanwhile. */
const KEPT_MS = 10_000;
/** Two deliveries that lag alike: the clocks of the receiver and the phone differ, and nothing was kept. */
const SAME_MS = 2000;
/** As many lagging deliveries in a row are what this receiver is like. */
const LAGGING_MAX = 3;

/** Without a policy, as with an older server: a fix every second. */
const EVERY_SECOND: Pick<UplinkPolicy, 'intervalMs' | 'triggers'> = { intervalMs: 1000 };

interface Taken {
  readonly lat: number;
  readonly lng: number;
  readonly heading: number | null;
  readonly atMs: number;
}

/** How far the newest sample of a delivery lies behind the monotonic and the wall clock, ms. */
interface Lag {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/**
 * Chooses which samples of a location source become fixes: repeats of the OS are dropped, times that are 1,024 weeks back are corrected, and a
 * fix is taken as soon as one trigger of the uplink policy is reached. Pure: the caller passes the times.
 */
export class FixSampler {
  #policy = EVERY_SECOND;
  #taken: Taken | undefined;
  readonly #seen = new Set<string>();
  #lag: Lag | undefined;
  #lagging: Lag | undefined;
  #laggingCount = 0;
  /** Samples that say nothing: delivered again, without a place, or kept by the OS from before the first delivery. */
  ignored = 0;

  setPolicy(policy: Pick<UplinkPolicy, 'intervalMs' | 'triggers'>): void {
    this.#policy = policy;
  }

  /** Longest time between two fixes, ms. */
  get intervalMs(): number {
    return this.#policy.triggers?.intervalMs ?? this.#policy.intervalMs;
  }

  /**
   * The fixes of one delivery, oldest first. The newest sample counts as measured now, so that neither the receiver's clock nor the phone's
   * decides the time of a fix; unless it lags behind those before it, as one that the OS had kept (transistorsoft/react-native-background-geolocation
   * #2546, Agontuk/react-native-geolocation-service #307).
   */
  take(samples: readonly LocationSample[], nowMs: number, wallMs: number): SampledFix[] {
    const fresh = samples
      .map((sample) => ({ ...sample, at: afterWeekRollover(sample.timestamp, wallMs) }))
      .filter((sample) => hasPlace(sample) && this.#isNew(sample))
      .sort((a, b) => a.at - b.at);
    const newest = fresh[fresh.length - 1]?.at ?? 0;
    const keptMs =
      fresh.length === 0 ? 0 : this.#keptMs({ monotonicMs: nowMs - newest, wallMs: wallMs - newest });
    const used = keptMs === undefined ? [] : fresh;
    this.ignored += samples.length - used.length;
    const fixes: SampledFix[] = [];
    for (const sample of used) {
      const ageMs = Math.min(OLDEST_MS, newest - sample.at + (keptMs ?? 0));
      const trigger = this.#trigger(sample, nowMs - ageMs);
      if (trigger === undefined) continue;
      const { lat, lng, accuracy = null } = sample;
      // What a receiver that stands reports as a heading is noise, which would turn the car on maps.
      const heading = headingOf(sample, this.#taken);
      const isStill = trigger === 'still';
      const flags =
        (sample.mock ? FIX_FLAGS.mock : 0) |
        (isStill ? FIX_FLAGS.still : 0) |
        (sample.at === sample.timestamp ? 0 : FIX_FLAGS.rollover);
      fixes.push({ lat, lng, speed: isStill ? 0 : (sample.speed ?? null), heading, accuracy, flags, ageMs });
      this.#taken = { lat, lng, heading, atMs: nowMs - ageMs };
    }
    return fixes;
  }

  /**
   * How long the newest sample of a delivery was kept before, ms; undefined: long, but nothing says how long. A clock that was set, or stood
   * still in sleep, moves one of the two lags only.
   */
  #keptMs(lag: Lag): number | undefined {
    const keptMs = this.#lag === undefined ? lag.wallMs : riseMs(this.#lag, lag);
    const isSteady = this.#lagging !== undefined && Math.abs(riseMs(this.#lagging, lag)) <= SAME_MS;
    if (keptMs <= KEPT_MS || isSteady || ++this.#laggingCount > LAGGING_MAX) {
      this.#lag = lag;
      this.#lagging = undefined;
      this.#laggingCount = 0;
      return 0;
    }
    this.#lagging = lag;
    return this.#lag === undefined ? undefined : keptMs;
  }

  #isNew({ lat, lng, at }: { lat: number; lng: number; at: number }): boolean {
    const key = `${at} ${lat} ${lng}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value as string);
    return true;
  }

  #trigger(sample: LocationSample, atMs: number): 'first' | 'still' | 'interval' | 'moved' | undefined {
    const { intervalMs, triggers } = this.#policy;
    const last = this.#taken;
    if (last === undefined) return 'first';
    const sinceMs = atMs - last.atMs;
    if (sinceMs < intervalMs * EARLY_SHARE) return undefined;
    const metres = greatCircleMetres(last, sample);
    if (sinceMs >= this.intervalMs * EARLY_SHARE) return isStill(sample, metres) ? 'still' : 'interval';
    if (triggers === undefined) return undefined;
    if (metres >= triggers.distanceMetres) return 'moved';
    return metres >= TURN_METRES && turn(last.heading, headingOf(sample, last)) >= triggers.angleDegrees
      ? 'moved'
      : undefined;
  }
}

/** iOS marks a place that is not valid by a negative accuracy (CLLocation.horizontalAccuracy). */
function hasPlace({ lat, lng, at, accuracy }: LocationSample & { at: number }): boolean {
  return Number.isFinite(lat + lng + at) && !((accuracy ?? 0) < 0);
}

function riseMs(from: Lag, to: Lag): number {
  return Math.min(to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);
}

function isStill({ speed, accuracy }: LocationSample, metres: number): boolean {
  if (typeof speed === 'number' && speed > STILL_METRES_PER_SECOND) return false;
  return metres <= Math.max(STILL_METRES, Math.min(accuracy ?? 0, 3 * STILL_METRES));
}

/** As measured while moving, else the course from the last fix; the last one while the car has hardly moved. */
function headingOf(sample: LocationSample, last: Taken | undefined): number | null {
  const { heading, speed } = sample;
  if (typeof heading === 'number' && heading >= 0 && (speed ?? 0) > STILL_METRES_PER_SECOND) return heading;
  if (last === undefined) return null;
  return greatCircleMetres(last, sample) >= TURN_METRES ? initialBearing(last, sample) : last.heading;
}

/** The angle between two headings, 0 to 180; 0 while one is not known. */
function turn(from: number | null, to: number | null): number {
  if (from === null || to === null) return 0;
  const angle = Math.abs(to - from) % 360;
  return Math.min(angle, 360 - angle);
}
