/**
 * The position to draw of a car that is followed, for any instant, from fixes that arrive late, unevenly and in bursts. Pure.
 *
 * A car moves through the fixes that are known and on beyond the newest one by dead reckoning from its speed and heading, at most
 * `reckonMs` and `reckonMetres` far; then it rests. A new fix does not move it at once: it is reached within `glideMs`, together with the
 * distance that the car has driven meanwhile. Where dead reckoning was too fast, the car waits for its fixes to catch up: it never moves
 * backwards along its track. A fix further away than `jumpMetres` is a jump, since a glide would show a car driving through houses.
 */
export const MOTION = {
  /** Longest dead reckoning, ms after the fix was taken. */
  reckonMs: 4000,
  /** Furthest dead reckoning, metres from the fix. */
  reckonMetres: 60,
  /** Time in which a new fix is reached, ms. */
  glideMs: 1000,
  /** A fix further than this from the drawn position is drawn at once, metres. */
  jumpMetres: 250,
  /** A car that waits for its fixes and is further than this from the newest one is drawn there at once, metres. */
  waitMetres: 80,
} as const;

export interface Place {
  /** Degrees, WGS84. */
  readonly lat: number;
  readonly lng: number;
}

/** A fix, with the instant when it was taken on the clock that the instants of drawing are of, ms. */
export interface MotionFix extends Place {
  /** m/s; null: computed from the fix before. */
  readonly speed: number | null;
  /** Degrees from north; null: computed from the fix before. */
  readonly heading: number | null;
  readonly takenMs: number;
}

/**
 * `moving`: on the way to a fix that is known · `reckoned`: beyond the newest fix, estimated · `resting`: at the newest fix, or at the end
 * of what may be estimated.
 */
export type DrawnKind = 'moving' | 'reckoned' | 'resting';

export interface DrawnPosition extends Place {
  readonly kind: DrawnKind;
  /** Direction of travel, degrees from north; null: not known. */
  readonly heading: number | null;
}

/** Metres. */
interface Vector {
  readonly east: number;
  readonly north: number;
}

interface Waypoint extends Place {
  readonly atMs: number;
  /** Beyond the newest fix. */
  readonly isReckoned: boolean;
}

/** A car on its way: a value of its own for each fix, made by `moveTo`. */
export interface Motion {
  readonly fix: MotionFix;
  /** The last fix that was far enough from the one before to say where the track goes. */
  readonly anchor: Place;
  /** Direction of the track; null while no two fixes were far enough apart. */
  readonly track: Vector | null;
  readonly heading: number | null;
  /** The first one is where the car was drawn when the newest fix arrived. */
  readonly path: readonly [Waypoint, ...Waypoint[]];
}

const RADIANS = Math.PI / 180;
/** Of the mean earth (IUGG): an arc of one degree. Over the distances here a plane differs from the sphere by millimetres. */
const METRES_PER_DEGREE = 6_371_008.8 * RADIANS;
/** Fixes that are nearer than this say nothing about the direction of the track: GPS is not more exact. */
const LEG_METRES = 3;
/** Slower is standing still, and faster is an error of the receiver, m/s. */
const LEAST_SPEED = 1;
const MOST_SPEED = 60;
/** Two fixes further apart in time do not give a speed, ms. */
const SPEED_GAP_MS = 15_000;
/** Fixes that were not reached yet and are still driven through; a longer burst is cut short. */
const MOST_PENDING = 4;

const NOWHERE: Vector = { east: 0, north: 0 };

function offset(from: Place, to: Place): Vector {
  const degrees = ((to.lng - from.lng + 540) % 360) - 180;
  return {
    east: degrees * METRES_PER_DEGREE * Math.cos(from.lat * RADIANS),
    north: (to.lat - from.lat) * METRES_PER_DEGREE,
  };
}

function shifted({ lat, lng }: Place, by: Vector, times: number): Place {
  // At the poles a metre has no length in degrees of longitude.
  const perDegree = METRES_PER_DEGREE * Math.max(1e-6, Math.cos(lat * RADIANS));
  const shiftedLng = lng + (by.east * times) / perDegree;
  return {
    lat: Math.max(-90, Math.min(90, lat + (by.north * times) / METRES_PER_DEGREE)),
    lng: ((((shiftedLng + 180) % 360) + 360) % 360) - 180,
  };
}

const length = ({ east, north }: Vector) => Math.hypot(east, north);
const isAhead = (from: Place, to: Place, direction: Vector) => {
  const { east, north } = offset(from, to);
  return east * direction.east + north * direction.north > 0;
};

/** Degrees from north. */
const headingOf = ({ east, north }: Vector) => (Math.atan2(east, north) / RADIANS + 360) % 360;

/** Metres between two places that are near each other. */
export function metresBetween(from: Place, to: Place): number {
  return length(offset(from, to));
}

function velocityOf(fix: MotionFix, before: MotionFix | undefined): Vector {
  const passedMs = before === undefined ? 0 : fix.takenMs - before.takenMs;
  const isKnown = before !== undefined && passedMs > 0 && passedMs <= SPEED_GAP_MS;
  const step = isKnown ? offset(before, fix) : NOWHERE;
  const speed = fix.speed ?? (isKnown ? (length(step) * 1000) / passedMs : 0);
  if (!(speed >= LEAST_SPEED)) return NOWHERE;
  const isLeg = length(step) >= LEG_METRES;
  const heading = fix.heading ?? (isLeg ? headingOf(step) : null);
  if (heading === null) return NOWHERE;
  const metres = Math.min(speed, MOST_SPEED);
  return { east: metres * Math.sin(heading * RADIANS), north: metres * Math.cos(heading * RADIANS) };
}

/** Longest dead reckoning of a car, ms after its fix. */
function reckonLimitMs(velocity: Vector): number {
  const speed = length(velocity);
  return speed === 0 ? 0 : Math.min(MOTION.reckonMs, (MOTION.reckonMetres * 1000) / speed);
}

/** The way from `from` to the end of dead reckoning. Nothing is estimated from a fix that is older than what may be estimated. */
function pathOf(
  from: Place,
  pending: readonly Place[],
  fix: MotionFix,
  velocity: Vector,
  nowMs: number,
): [Waypoint, ...Waypoint[]] {
  const limitMs = reckonLimitMs(velocity);
  const ageMs = Math.max(0, nowMs - fix.takenMs);
  const start: Waypoint = { ...from, atMs: nowMs, isReckoned: false };
  const arriveMs = ageMs + MOTION.glideMs;
  const reckoned = (ms: number, atMs: number): Waypoint => ({
    ...shifted(fix, velocity, ms / 1000),
    atMs,
    isReckoned: true,
  });
  const last = pending.at(-1) ?? from;
  const reaches: Waypoint[] = [];
  if (ageMs < limitMs) {
    const arrival = reckoned(Math.min(arriveMs, limitMs), nowMs + MOTION.glideMs);
    if (isAhead(last, arrival, velocity)) reaches.push(arrival);
    const end = reckoned(limitMs, nowMs + limitMs - ageMs);
    if (arriveMs < limitMs && isAhead(last, end, velocity)) reaches.push(end);
  }
  const through = [start, ...pending, ...reaches.slice(0, 1)];
  const total = through
    .slice(1)
    .reduce((sum, place, at) => sum + metresBetween(through[at] ?? place, place), 0);
  let metres = 0;
  const driven = pending.map((place, at): Waypoint => {
    metres += metresBetween(through[at] ?? place, place);
    return {
      ...place,
      atMs: nowMs + (total === 0 ? 0 : (metres / total) * MOTION.glideMs),
      isReckoned: false,
    };
  });
  return [start, ...driven, ...reaches];
}

/**
 * The motion after a fix has arrived. Fixes come in the order in which they were taken.
 * @param motion the motion so far; undefined: the fix is the first one
 */
export function moveTo(motion: Motion | undefined, fix: MotionFix, nowMs: number): Motion {
  const velocity = velocityOf(fix, motion?.fix);
  if (motion === undefined) return startAt(fix, velocity, null, nowMs);
  const drawn = drawnAt(motion, nowMs);
  const leg = offset(motion.anchor, fix);
  const isLeg = length(leg) >= LEG_METRES;
  // A receiver that stands reports noise, and phones without one report north (mapbox/mapbox-navigation-android #1806).
  const stands = fix.speed !== null && fix.speed < LEAST_SPEED;
  const measured = stands ? motion.heading : fix.heading;
  const heading = measured ?? (isLeg ? headingOf(leg) : (motion.heading ?? fix.heading));
  const track = isLeg ? leg : (motion.track ?? (length(velocity) > 0 ? velocity : null));
  const metres = metresBetween(drawn, fix);
  if (metres > MOTION.jumpMetres) return startAt(fix, velocity, heading, nowMs);
  const isPast = track !== null && metres > 0 && !isAhead(drawn, fix, track);
  if (isPast && metres > MOTION.waitMetres) return startAt(fix, velocity, heading, nowMs);
  // The fixes before that the car is still on the way to: it drives through them.
  const before = motion.path.filter(({ atMs, isReckoned }) => atMs > nowMs && !isReckoned);
  const pending = isPast ? [] : [...before, fix].slice(-MOST_PENDING);
  return {
    fix,
    anchor: isLeg ? fix : motion.anchor,
    track,
    heading,
    path: pathOf(drawn, pending, fix, velocity, nowMs),
  };
}

/** The car is drawn at the fix at once, where it is by now. */
function startAt(fix: MotionFix, velocity: Vector, heading: number | null, nowMs: number): Motion {
  const ageMs = Math.max(0, nowMs - fix.takenMs);
  const limitMs = reckonLimitMs(velocity);
  const place = ageMs < limitMs ? shifted(fix, velocity, ageMs / 1000) : fix;
  return {
    fix,
    anchor: fix,
    track: length(velocity) > 0 ? velocity : null,
    heading: heading ?? fix.heading,
    path: pathOf({ lat: place.lat, lng: place.lng }, [], fix, velocity, nowMs),
  };
}

/** The position to draw at an instant that is not before the newest fix's arrival. */
export function drawnAt(motion: Motion, nowMs: number): DrawnPosition {
  let from: Waypoint = motion.path[0];
  for (const to of motion.path.slice(1)) {
    if (to.atMs > nowMs) {
      const part = Math.max(0, (nowMs - from.atMs) / (to.atMs - from.atMs));
      const way = offset(from, to);
      const isMoving = length(way) > 0.5;
      return {
        ...shifted(from, way, part),
        kind: to.isReckoned ? 'reckoned' : 'moving',
        heading: isMoving ? headingOf(way) : motion.heading,
      };
    }
    from = to;
  }
  return { lat: from.lat, lng: from.lng, kind: 'resting', heading: motion.heading };
}
