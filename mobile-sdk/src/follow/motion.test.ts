import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawnAt, MOTION, type Motion, type MotionFix, metresBetween, moveTo, type Place } from './motion.ts';

const METRES_PER_DEGREE = 111_195;
const HOME: Place = { lat: 37.77, lng: -122.42 };

/** A place so many metres from HOME. */
function at(east: number, north: number): Place {
  const perDegree = METRES_PER_DEGREE * Math.cos((HOME.lat * Math.PI) / 180);
  return { lat: HOME.lat + north / METRES_PER_DEGREE, lng: HOME.lng + east / perDegree };
}

function metres(place: Place): { east: number; north: number } {
  const perDegree = METRES_PER_DEGREE * Math.cos((HOME.lat * Math.PI) / 180);
  return {
    east: (place.lng - HOME.lng) * perDegree,
    north: (place.lat - HOME.lat) * METRES_PER_DEGREE,
  };
}

function fix(place: Place, takenMs: number, speed: number | null = null, heading: number | null = null) {
  return { ...place, takenMs, speed, heading };
}

describe('SDK-100: motion of a followed car', () => {
  it('drives on from its newest fix with its speed and heading, and rests after 4 s', () => {
    const motion = moveTo(undefined, fix(at(0, 0), 0, 10, 90), 0);
    expect(metres(drawnAt(motion, 500)).east).toBeCloseTo(5, 1);
    expect(drawnAt(motion, 500)).toMatchObject({ kind: 'reckoned', heading: expect.closeTo(90, 1) });
    expect(metres(drawnAt(motion, 4000)).east).toBeCloseTo(40, 1);
    expect(drawnAt(motion, 4001).kind).toBe('resting');
    expect(metres(drawnAt(motion, 60_000)).east).toBeCloseTo(40, 1);
  });

  it('is never estimated further than 60 m, however fast the car', () => {
    const motion = moveTo(undefined, fix(at(0, 0), 0, 40, 0), 0);
    expect(metres(drawnAt(motion, 1500)).north).toBeCloseTo(60, 0);
    expect(metres(drawnAt(motion, 9000)).north).toBeCloseTo(60, 0);
  });

  it('reaches the next fix within a second, together with what was driven meanwhile', () => {
    const first = moveTo(undefined, fix(at(0, 0), 0, 0, null), 0);
    const second = moveTo(first, fix(at(20, 0), 2000, 10, 90), 2200);
    expect(metres(drawnAt(second, 2200)).east).toBeCloseTo(0, 3);
    // 20 m at the fix, 0.2 s old on arrival and a second of gliding: 32 m.
    expect(metres(drawnAt(second, 3200)).east).toBeCloseTo(32, 1);
    expect(metres(drawnAt(second, 4200)).east).toBeCloseTo(42, 1);
  });

  it('SDK-153: a car that stands keeps the heading with which it stopped', () => {
    let motion = moveTo(undefined, fix(at(0, 0), 0, 10, 90), 0);
    motion = moveTo(motion, fix(at(20, 0), 2000, 10, 90), 2000);
    for (const [turn, heading] of [0, 213, 355, null].entries()) {
      const ms = 8000 + 2000 * turn;
      motion = moveTo(motion, fix(at(30 + (turn % 2), turn % 2), ms, 0.4, heading), ms);
      expect(drawnAt(motion, ms + 1900).heading).toBeCloseTo(90, 0);
    }
    motion = moveTo(motion, fix(at(30, 20), 18_000, 8, 0), 18_000);
    expect(drawnAt(motion, 30_000).heading).toBe(0);
    // Parked before it was followed: its receiver's heading is all there is.
    expect(drawnAt(moveTo(undefined, fix(at(0, 0), 0, 0, 77), 0), 100).heading).toBe(77);
  });

  it('waits where dead reckoning was too fast, and never moves backwards', () => {
    const first = moveTo(undefined, fix(at(0, 0), 0, 15, 90), 0);
    expect(metres(drawnAt(first, 2000)).east).toBeCloseTo(30, 1);
    const braked = moveTo(first, fix(at(12, 0), 2000, 0, null), 2000);
    expect(metres(drawnAt(braked, 2000)).east).toBeCloseTo(30, 1);
    expect(metres(drawnAt(braked, 8000)).east).toBeCloseTo(30, 1);
    const further = moveTo(braked, fix(at(40, 0), 8000, 5, 90), 8000);
    expect(metres(drawnAt(further, 9000)).east).toBeCloseTo(45, 1);
  });

  it('turns back with the car: the direction of the track is that of its fixes', () => {
    const first = moveTo(undefined, fix(at(0, 0), 0, 10, 90), 0);
    const back = moveTo(first, fix(at(-15, 0), 2000, 10, 270), 2000);
    expect(metres(drawnAt(back, 3000)).east).toBeCloseTo(-25, 1);
  });

  it('drives through the fixes of a burst and around the corner between them', () => {
    const first = moveTo(undefined, fix(at(0, 0), 0, 0, null), 0);
    const corner = moveTo(first, fix(at(30, 0), 5000, 8, 90), 9000);
    const behind = moveTo(corner, fix(at(30, 30), 9000, 8, 0), 9000);
    let nearest = Number.POSITIVE_INFINITY;
    for (let ms = 9000; ms <= 10_000; ms += 10)
      nearest = Math.min(nearest, metresBetween(drawnAt(behind, ms), at(30, 0)));
    expect(nearest).toBeLessThan(1);
    expect(metres(drawnAt(behind, 10_000)).north).toBeCloseTo(38, 1);
  });

  it('jumps to a fix that is too far away, and to one that it would wait for too long', () => {
    const first = moveTo(undefined, fix(at(0, 0), 0, 0, null), 0);
    const far = moveTo(first, fix(at(300, 0), 1000, 0, null), 1000);
    expect(metres(drawnAt(far, 1000)).east).toBeCloseTo(300, 1);
    const fast = moveTo(undefined, fix(at(0, 0), 0, 50, 90), 0);
    const other = moveTo(fast, fix(at(-30, 2), 1200, 0, null), 1200);
    // 90 m behind: the track says that the car has turned back, so it drives there.
    expect(metres(drawnAt(other, 2200)).east).toBeCloseTo(-30, 1);
  });

  it('without speed and heading they follow from two fixes; a fix that is old on arrival is not driven on from', () => {
    const first = moveTo(undefined, fix(at(0, 0), 0), 0);
    const second = moveTo(first, fix(at(0, 20), 2000), 2000);
    expect(metres(drawnAt(second, 3000)).north).toBeCloseTo(30, 1);
    const old = moveTo(undefined, fix(at(0, 0), 0, 10, 90), 20_000);
    expect(metres(drawnAt(old, 20_500)).east).toBeCloseTo(0, 3);
    expect(drawnAt(old, 20_500).kind).toBe('resting');
  });

  it('crosses the antimeridian the short way', () => {
    const first = moveTo(undefined, fix({ lat: -17, lng: 179.9999 }, 0, 0, null), 0);
    const second = moveTo(first, fix({ lat: -17, lng: -179.9999 }, 1000, 10, 90), 1000);
    const { lng } = drawnAt(second, 1500);
    expect(Math.abs(lng)).toBeGreaterThan(179.999);
  });
});

/** Steps of a drive: how far and which way the car went, after how long, how late the fix arrives, and whether it has its own motion. */
const drive = fc.array(
  fc.record({
    metres: fc.double({ min: 0, max: 120, noNaN: true }),
    turn: fc.integer({ min: -180, max: 180 }),
    passedMs: fc.integer({ min: 200, max: 8000 }),
    lateMs: fc.integer({ min: 0, max: 3000 }),
    speedError: fc.double({ min: 0, max: 2.5, noNaN: true }),
    hasMotion: fc.boolean(),
  }),
  { minLength: 2, maxLength: 40 },
);

interface Arrival {
  readonly fix: MotionFix;
  readonly atMs: number;
}

/** The fixes of a drive in the order of their arrival; late ones hold up those behind them, as on one connection. */
function arrivalsOf(
  steps: readonly {
    metres: number;
    turn: number;
    passedMs: number;
    lateMs: number;
    speedError: number;
    hasMotion: boolean;
  }[],
  isStraight: boolean,
): Arrival[] {
  let [east, north, heading, takenMs, arrivedMs] = [0, 0, 90, 0, 0];
  return steps.map(({ metres: step, turn, passedMs, lateMs, speedError, hasMotion }) => {
    heading = isStraight ? heading : (heading + turn + 360) % 360;
    east += step * Math.sin((heading * Math.PI) / 180);
    north += step * Math.cos((heading * Math.PI) / 180);
    takenMs += passedMs;
    arrivedMs = Math.max(arrivedMs, takenMs + lateMs);
    const speed = ((step * 1000) / passedMs) * speedError;
    return {
      fix: fix(at(east, north), takenMs, hasMotion ? speed : null, hasMotion ? heading : null),
      atMs: arrivedMs,
    };
  });
}

/** Calls with every drawn position at ten a second, and with the motion that it belongs to. */
function play(
  arrivals: readonly Arrival[],
  onDrawn: (now: number, motion: Motion, drawn: Place, isNew: boolean) => void,
): void {
  let motion: Motion | undefined;
  for (const [index, { fix, atMs }] of arrivals.entries()) {
    motion = moveTo(motion, fix, atMs);
    onDrawn(atMs, motion, drawnAt(motion, atMs), true);
    const untilMs = arrivals[index + 1]?.atMs ?? atMs + 12_000;
    for (let now = atMs + 100; now < untilMs; now += 100) onDrawn(now, motion, drawnAt(motion, now), false);
  }
}

describe('SDK-101: bounds of the motion, for any drive', () => {
  it('on a straight road the car never moves backwards, whatever its fixes say of its speed and however late they come', () => {
    fc.assert(
      fc.property(drive, (steps) => {
        let last = Number.NEGATIVE_INFINITY;
        play(arrivalsOf(steps, true), (_now, _motion, drawn) => {
          const { east } = metres(drawn);
          expect(east).toBeGreaterThanOrEqual(last - 0.01);
          last = east;
        });
      }),
      { seed: 15, numRuns: 300 },
    );
  });

  it('it is never drawn further from its newest fix than what may be estimated, once the fix was reached', () => {
    fc.assert(
      fc.property(drive, (steps) => {
        const arrivals = arrivalsOf(steps, false);
        let reachedMs = 0;
        play(arrivals, (now, motion, drawn, isNew) => {
          if (isNew) reachedMs = now + MOTION.glideMs;
          const from = metresBetween(drawn, motion.fix);
          if (now >= reachedMs) expect(from).toBeLessThanOrEqual(MOTION.waitMetres + 1);
          expect(from).toBeLessThanOrEqual(MOTION.jumpMetres + 1);
        });
      }),
      { seed: 16, numRuns: 300 },
    );
  });

  it('it rests 4 s after its newest fix was taken and reached', () => {
    fc.assert(
      fc.property(drive, (steps) => {
        const arrivals = arrivalsOf(steps, false);
        let resting: Place | undefined;
        play(arrivals, (now, motion, drawn, isNew) => {
          if (isNew) resting = undefined;
          const since = Math.max(motion.fix.takenMs + MOTION.reckonMs, motion.path[0].atMs + MOTION.glideMs);
          if (now < since) return;
          expect(metresBetween(drawn, resting ?? drawn)).toBeLessThan(0.001);
          resting = drawn;
        });
      }),
      { seed: 17, numRuns: 200 },
    );
  });

  it('a new fix does not move the car at once, unless it jumps', () => {
    fc.assert(
      fc.property(drive, (steps) => {
        let before: Place | undefined;
        let beforeMs = 0;
        play(arrivalsOf(steps, false), (now, motion, drawn, isNew) => {
          const moved = before === undefined ? 0 : metresBetween(before, drawn);
          const far = before === undefined || metresBetween(before, motion.fix) > MOTION.waitMetres;
          // 310 m in a second at the most: 31 m in a tenth of one.
          if (!isNew || !far) expect(moved).toBeLessThanOrEqual(((now - beforeMs) / 1000) * 320 + 0.01);
          before = drawn;
          beforeMs = now;
        });
      }),
      { seed: 18, numRuns: 200 },
    );
  });
});

describe('SDK-102: motion on recorded drives', () => {
  /** Cabspotting (M. Piorkowski et al., CRAWDAD epfl/mobility): credit and licence in load/data/README.md. */
  const TRACE = new URL('../../../load/data/cabspotting_sf_2008-06-06_1800-1900.csv', import.meta.url);
  const CABS = 15;
  const EVERY_MS = 2000;

  interface Leg {
    readonly from: Place;
    readonly to: Place;
    readonly startMs: number;
    readonly endMs: number;
  }

  /** The cabs' drives: legs of up to 90 s at the speed of a car, in a row. */
  async function recordedDrives(): Promise<Leg[][]> {
    const rows = (await readFile(TRACE, 'utf8')).trim().split('\n').slice(1);
    const byCab = new Map<string, { place: Place; ms: number }[]>();
    for (const row of rows) {
      const [cab = '', lat, lng, , time] = row.split(',');
      if (!byCab.has(cab) && byCab.size >= CABS) continue;
      const fixes = byCab.get(cab) ?? [];
      byCab.set(cab, fixes);
      fixes.push({ place: { lat: Number(lat), lng: Number(lng) }, ms: Number(time) * 1000 });
    }
    return [...byCab.values()].map((fixes) =>
      fixes.slice(1).flatMap(({ place, ms }, index) => {
        const before = fixes[index];
        if (before === undefined || ms <= before.ms || ms - before.ms > 90_000) return [];
        return [{ from: before.place, to: place, startMs: before.ms, endMs: ms }];
      }),
    );
  }

  const placeOn = ({ from, to, startMs, endMs }: Leg, ms: number): Place => {
    const part = (ms - startMs) / (endMs - startMs);
    return { lat: from.lat + (to.lat - from.lat) * part, lng: from.lng + (to.lng - from.lng) * part };
  };

  const quantile = (values: readonly number[], q: number) =>
    values.toSorted((a, b) => a - b)[Math.floor(q * values.length)] ?? Number.NaN;

  it('the drawn car is nearer to the real one than its newest fix is, within 15 m for 95 of 100 instants, and never reverses', async () => {
    const drawnErrors: number[] = [];
    const fixErrors: number[] = [];
    let random = 0.5;
    // A linear congruential generator (Numerical Recipes): delays of 0.1 to 0.9 s, and one fix in twenty lost.
    const next = () => {
      random = (Math.imul(1_664_525, Math.floor(random * 2 ** 32)) + 1_013_904_223) >>> 0;
      random /= 2 ** 32;
      return random;
    };
    for (const legs of await recordedDrives()) {
      let motion: Motion | undefined;
      let arrivals: Arrival[] = [];
      let drawnBefore: Place | undefined;
      let heading = 0;
      let fixBefore: Place | undefined;
      for (const leg of legs) {
        const way = metresBetween(leg.from, leg.to);
        const speed = (way * 1000) / (leg.endMs - leg.startMs);
        const step = { from: metres(leg.from), to: metres(leg.to) };
        heading =
          (Math.atan2(step.to.east - step.from.east, step.to.north - step.from.north) * 180) / Math.PI;
        for (let ms = leg.startMs; ms < leg.endMs; ms += 200) {
          if ((ms - leg.startMs) % EVERY_MS === 0 && next() > 0.05)
            arrivals.push({
              fix: fix(placeOn(leg, ms), ms, speed, (heading + 360) % 360),
              atMs: ms + 100 + next() * 800,
            });
          const due = arrivals.filter(({ atMs }) => atMs <= ms);
          arrivals = arrivals.filter(({ atMs }) => atMs > ms);
          for (const arrival of due) {
            const jumps = motion === undefined || metresBetween(drawnAt(motion, ms), arrival.fix) > 80;
            motion = moveTo(motion, arrival.fix, ms);
            fixBefore = arrival.fix;
            if (jumps) drawnBefore = undefined;
          }
          if (motion === undefined || fixBefore === undefined) continue;
          const drawn = drawnAt(motion, ms);
          const real = placeOn(leg, ms);
          drawnErrors.push(metresBetween(drawn, real));
          fixErrors.push(metresBetween(fixBefore, real));
          if (drawnBefore !== undefined && motion.track !== null) {
            const [a, b] = [metres(drawnBefore), metres(drawn)];
            const [east, north] = [b.east - a.east, b.north - a.north];
            const { speed: s, heading: h } = motion.fix;
            const along = (direction: { east: number; north: number }) =>
              (east * direction.east + north * direction.north) / Math.hypot(direction.east, direction.north);
            const radians = ((h ?? 0) * Math.PI) / 180;
            const byHeading = along({ east: Math.sin(radians), north: Math.cos(radians) });
            expect(Math.max(along(motion.track), (s ?? 0) >= 1 ? byHeading : 0)).toBeGreaterThanOrEqual(
              -0.05,
            );
          }
          drawnBefore = drawn;
        }
      }
    }
    expect(drawnErrors.length).toBeGreaterThan(100_000);
    const [drawn, byFix] = [quantile(drawnErrors, 0.95), quantile(fixErrors, 0.95)];
    expect(drawn).toBeLessThan(byFix / 2);
    expect(drawn).toBeLessThan(15);
  });
});
