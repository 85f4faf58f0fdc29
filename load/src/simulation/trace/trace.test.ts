import { describe, expect, it } from 'vitest';
import { loadTrace, parseTrace, selectCabs, shiftTrace } from './trace.ts';

const FIXES = `cab_id,latitude,longitude,occupied,unix_time
a,37.70000,-122.40000,0,1000
b,37.80000,-122.40000,1,1000
a,37.70900,-122.40000,1,1060
a,37.70900,-122.40001,1,1120
a,37.80900,-122.40000,0,1500
`;
const TRIPS = `pickup_unix,cab_id,pickup_lat,pickup_lon,dropoff_unix,dropoff_lat,dropoff_lon,occupied_fixes,trace_m
1060,a,37.709,-122.4,1500,37.809,-122.4,2,11000
`;

describe('trace', () => {
  it('OPS-60: the hour is complete: every fix and trip of load/data, in order of time', async () => {
    const trace = await loadTrace();
    expect(trace).toMatchObject({ startAt: 1_212_800_400_000, endAt: 1_212_803_999_000 });
    expect([trace.cabs.length, trace.fixes.length, trace.trips.length]).toEqual([468, 26_123, 1059]);
    const ordered = trace.fixes.every(
      (fix, index) => index === 0 || fix.at >= (trace.fixes[index - 1]?.at ?? 0),
    );
    expect(ordered).toBe(true);
    const known = new Set(trace.cabs);
    expect(trace.trips.every(({ cab, pickupAt, dropoffAt }) => known.has(cab) && pickupAt < dropoffAt)).toBe(
      true,
    );
  });

  it('OPS-60: speed and heading are computed from the previous fix, when it is near in time and far enough in space', () => {
    const { fixes } = parseTrace(FIXES, TRIPS);
    const ofA = fixes.filter(({ cab }) => cab === 'a').map(({ speed, heading }) => [speed, heading]);
    expect(ofA).toEqual([
      [null, null],
      [16.7, 0],
      [null, null],
      [null, null],
    ]);
  });

  it('OPS-60: fewer cabs have only their own trips', () => {
    const one = selectCabs(parseTrace(FIXES, TRIPS), 1);
    expect(one.cabs).toEqual(['a']);
    expect(one.fixes).toHaveLength(4);
    expect(one.trips).toHaveLength(1);
  });

  it('OPS-60: an hour that is shifted is the same but for its times', async () => {
    const trace = await loadTrace(3);
    const later = shiftTrace(trace, trace.startAt + 5000);
    expect([later.startAt, later.endAt]).toEqual([trace.startAt + 5000, trace.endAt + 5000]);
    expect(later.fixes.map(({ at }) => at - 5000)).toEqual(trace.fixes.map(({ at }) => at));
    expect(later.trips[0]).toEqual({
      ...trace.trips[0],
      pickupAt: (trace.trips[0]?.pickupAt ?? 0) + 5000,
      dropoffAt: (trace.trips[0]?.dropoffAt ?? 0) + 5000,
    });
    expect(shiftTrace(later, trace.startAt)).toEqual(trace);
  });

  it('OPS-60: a malformed line is an error, not a fix', () => {
    expect(() => parseTrace(`head\na,1,2,0\n`, TRIPS)).toThrow(RangeError);
    expect(() => parseTrace(`head\na,x,2,0,1\n`, TRIPS)).toThrow(RangeError);
  });
});
