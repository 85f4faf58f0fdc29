import { FIX_FLAGS, greatCircleMetres, type UplinkPolicy } from '@rideline/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FixSampler, type SampledFix } from './fix-sampler.ts';
import type { LocationSample } from './location-source.ts';

const WALL_MS = 1_800_000_000_000;
const METRE = 1 / 111_195;
const WEEKS_MS = 1024 * 7 * 86_400_000;

const policy = (
  intervalMs: number,
  distanceMetres: number,
  angleDegrees: number,
): Pick<UplinkPolicy, 'intervalMs' | 'triggers'> => ({
  intervalMs: 1000,
  triggers: { intervalMs, distanceMetres, angleDegrees },
});

/** A sample `metres` north and `east` of a fixed place. */
const at = (
  ms: number,
  metres: number,
  changes: Partial<LocationSample> & { east?: number } = {},
): LocationSample => {
  const { east = 0, ...rest } = changes;
  return { lat: metres * METRE, lng: 10 + east * METRE, timestamp: WALL_MS + ms, ...rest };
};

function newSampler(given = policy(10_000, 50, 30)) {
  const sampler = new FixSampler();
  sampler.setPolicy(given);
  const take = (...samples: LocationSample[]) => {
    const ms = Math.max(...samples.map(({ timestamp }) => timestamp)) - WALL_MS;
    return sampler.take(samples, ms, WALL_MS + ms);
  };
  return { sampler, take };
}

describe('SDK-81: a fix is taken as soon as one trigger is reached', () => {
  it('SDK-81: by time', () => {
    const { take } = newSampler();
    expect(take(at(0, 0, { speed: 3 }))).toHaveLength(1);
    expect(take(at(5000, 20, { speed: 3 }))).toHaveLength(0);
    expect(take(at(10_000, 40, { speed: 3 }))).toMatchObject([{ speed: 3, flags: 0 }]);
  });

  it('SDK-81: by distance, and never more often than the policy sends frames', () => {
    const { take } = newSampler();
    take(at(0, 0));
    expect(take(at(500, 60, { speed: 30 }))).toHaveLength(0);
    expect(take(at(1000, 60, { speed: 30 }))).toHaveLength(1);
    expect(take(at(2000, 80, { speed: 30 }))).toHaveLength(0);
  });

  it('SDK-81: by angle, and not by the noise of a car that stands', () => {
    const { take } = newSampler();
    take(at(0, 0, { speed: 8, heading: 0 }));
    expect(take(at(1000, 8, { speed: 8, heading: 20 }))).toHaveLength(0);
    expect(take(at(2000, 16, { speed: 8, heading: 350 }))).toHaveLength(0);
    expect(take(at(3000, 24, { speed: 8, heading: 35 }))).toHaveLength(1);
    expect(take(at(4000, 26, { speed: 0.2, heading: 215 }))).toHaveLength(0);
    // Without a heading the course from the last fix counts.
    expect(take(at(5000, 24, { east: 20, speed: 8 }))).toHaveLength(1);
  });

  it('SDK-81: a policy without triggers, of an older server, means every interval', () => {
    const { take } = newSampler({ intervalMs: 4000 });
    take(at(0, 0));
    expect(take(at(2000, 500, { speed: 30 }))).toHaveLength(0);
    expect(take(at(4000, 510, { speed: 30 }))).toHaveLength(1);
  });
});

it('SDK-82: a driver who stands is sent as `still` by time, within the error of the receiver', () => {
  const { take } = newSampler();
  take(at(0, 0, { speed: 5 }));
  expect(take(at(10_000, 4, { speed: 0.1 }))).toMatchObject([{ flags: FIX_FLAGS.still, speed: 0 }]);
  expect(take(at(20_000, 24, { speed: null, accuracy: 25 }))).toMatchObject([{ flags: FIX_FLAGS.still }]);
  expect(take(at(30_000, 29, { speed: 5 }))).toMatchObject([{ flags: 0, speed: 5 }]);
  expect(take(at(40_000, 69, { speed: 0, accuracy: 500 }))).toMatchObject([{ flags: 0 }]);
});

it('SDK-153: a driver who stands keeps the heading of the last move, whatever the receiver says', () => {
  const { take } = newSampler();
  expect(take(at(0, 0, { speed: 0, heading: 77 }))).toMatchObject([{ heading: null }]);
  expect(take(at(10_000, 40, { speed: 8, heading: 5 }))).toMatchObject([{ heading: 5 }]);
  for (const [turn, heading] of [210, 0, -1, Number.NaN].entries())
    expect(take(at(20_000 + turn * 10_000, 42, { speed: 0.3, heading }))).toMatchObject([{ heading: 5 }]);
  // Without a heading of the receiver's own: the course from the fix before.
  expect(take(at(70_000, 42, { east: 60, speed: 8, heading: null }))[0]?.heading).toBeCloseTo(90, 0);
});

describe('SDK-83: what operating systems do to samples', () => {
  it('SDK-83: repeats are dropped, also in another order and between others', () => {
    const { sampler, take } = newSampler(policy(1000, 1, 180));
    expect(take(at(0, 0), at(1000, 10), at(2000, 20))).toHaveLength(3);
    expect(take(at(1000, 10), at(2000, 20), at(0, 0), at(3000, 30))).toHaveLength(1);
    expect(sampler.ignored).toBe(3);
    // The same time at another place is another sample.
    expect(take(at(3000, 90), at(4000, 40))).toHaveLength(1);
    expect(sampler.ignored).toBe(3);
  });

  it('SDK-83: samples of one delivery keep the time between them, whatever the clock of the receiver', () => {
    for (const off of [0, 3_600_000, -40 * 86_400_000]) {
      const { take } = newSampler(policy(1000, 1, 180));
      const late = [at(20_000 + off, 200), at(0 + off, 0), at(10_000 + off, 100)];
      expect(take(...late).map(({ ageMs }) => ageMs)).toEqual([20_000, 10_000, 0]);
    }
  });

  it('SDK-84: a time that is 1,024 weeks back is corrected before anything else, and the fix says so', () => {
    const { take } = newSampler(policy(1000, 1, 180));
    const back = (ms: number, metres: number) => at(ms - WEEKS_MS, metres);
    const sampler = new FixSampler();
    sampler.setPolicy(policy(1000, 1, 180));
    // A delivery of a receiver that has rolled over and a network position: the good ones are not dropped as old.
    const fixes = sampler.take([back(0, 0), back(5000, 50), at(6000, 60)], 6000, WALL_MS + 6000);
    expect(fixes.map(({ ageMs, flags }) => [ageMs, flags])).toEqual([
      [6000, FIX_FLAGS.rollover],
      [1000, FIX_FLAGS.rollover],
      [0, 0],
    ]);
    expect(take(at(-3 * 86_400_000 - WEEKS_MS, 0))[0]?.flags).toBe(0);
  });
});

describe('SDK-150: what an operating system has kept is not where the driver is now', () => {
  /** Delivered at `ms`, measured `lagMs` before by the receiver's clock. */
  const newDeliveries = () => {
    const sampler = new FixSampler();
    sampler.setPolicy(policy(1000, 1, 180));
    return {
      sampler,
      deliver: (ms: number, lagMs: number, metres: number, wallAheadMs = 0) =>
        sampler.take([at(ms - lagMs, metres)], ms, WALL_MS + ms + wallAheadMs),
    };
  };

  it('SDK-150: samples from before the first delivery are ignored', () => {
    const { sampler, deliver } = newDeliveries();
    expect([deliver(0, 600_000, 9000), deliver(500, 300_000, 5000)]).toEqual([[], []]);
    expect(sampler.ignored).toBe(2);
    expect(deliver(1000, 300, 0)).toMatchObject([{ ageMs: 0 }]);
  });

  it('SDK-150: a later delivery that was kept is as old as it lags, and is no fix when a newer one is known', () => {
    const { deliver } = newDeliveries();
    deliver(0, 300, 0);
    deliver(60_000, 300, 100);
    expect(deliver(61_000, 600_000, 9000)).toEqual([]);
    // The app was suspended for a minute; the newest sample of what waited is 30 s old.
    expect(deliver(180_000, 30_300, 700)).toMatchObject([{ ageMs: 30_000 }]);
    expect(deliver(181_000, 300, 900)).toMatchObject([{ ageMs: 0 }]);
  });

  it("SDK-150: a phone's clock that is wrong, or is set, costs one sample at most", () => {
    const day = 86_400_000;
    const { deliver } = newDeliveries();
    expect(deliver(0, 0, 0, day)).toEqual([]);
    for (const [second, aheadMs] of [day, day, 0, 0, -day, day, day].entries())
      expect(deliver(1000 * (second + 1), 0, 10 * second, aheadMs)).toMatchObject([{ ageMs: 0 }]);
    // A receiver whose own clock is an hour behind.
    const behind = newDeliveries();
    expect(behind.deliver(0, 3_600_000, 0)).toEqual([]);
    expect(behind.deliver(1000, 3_600_000, 10)).toMatchObject([{ ageMs: 0 }]);
  });

  it('SDK-150: a receiver whose clock runs wrong is used after three deliveries', () => {
    const { deliver } = newDeliveries();
    const taken = [0, 1, 2, 3, 4].map(
      (second) => deliver(1000 * second, 900_000 - 9000 * second, second * 10).length,
    );
    expect(taken).toEqual([0, 0, 0, 1, 1]);
  });

  it('SDK-150: a sample without a place does not take the turn of the next one', () => {
    const { sampler, take } = newSampler();
    const none = Number.NaN;
    expect(take(at(0, 0, { accuracy: -1 }))).toEqual([]);
    expect(take({ lat: none, lng: none, timestamp: WALL_MS })).toEqual([]);
    expect(sampler.take([{ lat: 1, lng: 1, timestamp: none }], 0, WALL_MS)).toEqual([]);
    expect(sampler.ignored).toBe(3);
    expect(take(at(100, 0, { accuracy: 5, speed: -1, heading: -1 }))).toHaveLength(1);
  });
});

/** A drive through a city by a seeded course: legs between corners, traffic lights, a parked hour's end. Metres and m/s, one sample a second. */
function drive(random: () => number, seconds: number): LocationSample[] {
  const samples: LocationSample[] = [];
  let [north, east, heading, speed, standUntil] = [0, 0, 0, 0, 0];
  let turnAt = 0;
  for (let second = 0; second < seconds; second++) {
    if (second >= turnAt) {
      heading = (heading + ([0, 90, 270, 15][Math.floor(random() * 4)] ?? 0)) % 360;
      turnAt = second + 20 + Math.floor(random() * 60);
      if (random() < 0.4) standUntil = second + 10 + Math.floor(random() * 50);
    }
    const wanted = second < standUntil ? 0 : 7 + 7 * random();
    speed += Math.max(-3, Math.min(2, wanted - speed));
    const radians = (heading * Math.PI) / 180;
    north += speed * Math.cos(radians);
    east += speed * Math.sin(radians);
    samples.push(at(second * 1000, north, { east, speed, heading, accuracy: 5 }));
  }
  return samples;
}

/** Where a follower's app shows the car: the last fix moved on by its speed, for 5 s at most. */
function shown(fix: SampledFix, ageMs: number): { lat: number; lng: number } {
  const metres = ((fix.speed ?? 0) * Math.min(ageMs, 5000)) / 1000;
  const radians = ((fix.heading ?? 0) * Math.PI) / 180;
  return {
    lat: fix.lat + metres * Math.cos(radians) * METRE,
    lng: fix.lng + (metres * Math.sin(radians) * METRE) / Math.cos((fix.lat * Math.PI) / 180),
  };
}

it('SDK-80: over a mixed hour the policies send at least 60 % fewer fixes than one every 2 s, and riders see the car within 15 m (p95)', () => {
  // The values of packages/fleet/src/live/uplink-policy.ts: a watched trip, waiting while driving about, parked.
  const parts = [
    { seconds: 1500, given: policy(4000, 50, 20), watched: true },
    { seconds: 1200, given: policy(10_000, 100, 45), watched: false },
    { seconds: 900, given: policy(20_000, 100, 90), watched: false, parked: true },
  ];
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 400, maxLength: 400 }),
      (drawn) => {
        let next = 0;
        const random = () => drawn[next++ % drawn.length] ?? 0;
        let [taken, fixed] = [0, 0];
        const errors: number[] = [];
        for (const { seconds, given, watched, parked } of parts) {
          const { take } = newSampler(given);
          const samples = parked
            ? Array.from({ length: seconds }, (_, second) =>
                at(second * 1000, 2 * random(), { speed: 0, accuracy: 5 }),
              )
            : drive(random, seconds);
          let last: { fix: SampledFix; ms: number } | undefined;
          for (const [second, sample] of samples.entries()) {
            const [fix] = take(sample);
            if (fix !== undefined) {
              taken++;
              last = { fix, ms: second * 1000 };
            }
            if (watched && last !== undefined)
              errors.push(greatCircleMetres(shown(last.fix, second * 1000 - last.ms), sample));
          }
          fixed += seconds / 2;
        }
        expect(taken).toBeLessThanOrEqual(0.4 * fixed);
        expect(errors.toSorted((a, b) => a - b)[Math.floor(errors.length * 0.95)]).toBeLessThanOrEqual(15);
      },
    ),
    { seed: 80, numRuns: 20 },
  );
});

it('SDK-81: whatever the samples, no two fixes are closer than a frame interval, and none is further than the interval from the next', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 200, max: 1500 }), fc.integer({ min: -30, max: 30 })), {
        minLength: 5,
        maxLength: 200,
      }),
      (steps) => {
        const { take } = newSampler(policy(8000, 40, 30));
        let [ms, metres] = [0, 0];
        const times: number[] = [];
        for (const [stepMs, moved] of steps) {
          ms += stepMs;
          metres += moved;
          if (take(at(ms, metres)).length > 0) times.push(ms);
        }
        for (const [index, time] of times.slice(1).entries()) {
          const gap = time - (times[index] ?? 0);
          expect(gap).toBeGreaterThanOrEqual(900);
          expect(gap).toBeLessThanOrEqual(8000 + 1500);
        }
      },
    ),
    { seed: 81 },
  );
});
