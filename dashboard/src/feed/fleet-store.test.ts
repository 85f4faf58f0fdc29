import { fleetFrameSchema } from '@rideline/contract';
import { describe, expect, it } from 'vitest';
import { applyFrame, countStates, EMPTY_FLEET, type Fleet } from './fleet-store.ts';

const COUNTS = { available: 1, busy: 1, offline: 0, inView: 2, fixesPerSecond: 3, ageP99Ms: 40 };
type Vehicle = [string, number, number, number | null, number | null, string, number];

const frame = (vehicles: Vehicle[], more: { full?: boolean; removed?: string[]; cells?: unknown } = {}) =>
  fleetFrameSchema.parse({ at: 0, full: false, removed: [], counts: COUNTS, ...more, vehicles });

const SOME: Vehicle[] = [
  ['a', 37.77, -122.42, 90, 8, 'available', 1000],
  ['b', 37.78, -122.41, null, null, 'busy', 1000],
];
const start = (): Fleet => applyFrame(EMPTY_FLEET, frame(SOME, { full: true }));

describe('applyFrame', () => {
  it('MAP-1: a full frame replaces the fleet, a delta changes it', () => {
    const held = start();
    expect([...held.cabs.keys()]).toEqual(['a', 'b']);
    expect(held.known).toBe(true);
    const delta = applyFrame(held, frame([['a', 37.771, -122.42, 0, 9, 'busy', 2000]], { removed: ['b'] }));
    expect([...delta.cabs.values()]).toEqual([
      { id: 'a', lat: 37.771, lng: -122.42, heading: 0, speed: 9, derived: false, state: 'busy', at: 2000 },
    ]);
    expect(delta.changed).toEqual(['a']);
    const full = applyFrame(delta, frame([['c', 1, 2, null, null, 'offline', 5]], { full: true }));
    expect([...full.cabs.keys()]).toEqual(['c']);
  });

  it('MAP-1: the fleet is unknown, not empty, before the first full frame', () => {
    expect(EMPTY_FLEET.known).toBe(false);
    expect(applyFrame(EMPTY_FLEET, frame([])).known).toBe(false);
    expect(applyFrame(EMPTY_FLEET, frame([], { full: true })).known).toBe(true);
  });

  it('MAP-2: an older position never moves a car back, but its state applies', () => {
    const held = start();
    const older = applyFrame(held, frame([['a', 37, -122, 10, 1, 'busy', 999]]));
    expect(older.cabs.get('a')).toMatchObject({ lat: 37.77, at: 1000, state: 'busy' });
    const same = applyFrame(held, frame([['a', 37.77, -122.42, 90, 8, 'available', 1000]]));
    expect(same.cabs.get('a')).toBe(held.cabs.get('a'));
    expect(same.changed).toEqual([]);
  });

  it('MAP-4: heading and speed that a phone does not send are derived from its last two fixes', () => {
    const moved = applyFrame(start(), frame([['b', 37.789, -122.41, null, null, 'busy', 101_000]]));
    const cab = moved.cabs.get('b');
    expect(cab?.derived).toBe(true);
    expect(cab?.heading).toBeCloseTo(0, 5);
    expect(cab?.speed).toBeCloseTo(10.0, 1);
    const parked = applyFrame(moved, frame([['b', 37.789, -122.41, null, null, 'busy', 161_000]]));
    expect(parked.cabs.get('b')).toMatchObject({ heading: cab?.heading, speed: 0 });
  });

  it('SDK-153: a car that stands keeps the heading with which it stopped', () => {
    const moving = applyFrame(start(), frame([['b', 37.781, -122.41, 90, 9, 'busy', 101_000]]));
    const standing = applyFrame(moving, frame([['b', 37.781, -122.41, 213, 0.3, 'busy', 103_000]]));
    expect(standing.cabs.get('b')).toMatchObject({ heading: 90, speed: 0.3 });
    const parked = applyFrame(start(), frame([['new', 37.78, -122.41, 77, 0, 'busy', 101_000]]));
    expect(parked.cabs.get('new')?.heading).toBe(77);
  });

  it('MAP-1: cells replace the cars, and cars replace the cells', () => {
    const dense = applyFrame(
      start(),
      frame([], { full: true, cells: [['8828308281fffff', 2400, 37.77, -122.42]] }),
    );
    expect(dense.cabs.size).toBe(0);
    expect(dense.cells).toHaveLength(1);
    expect(applyFrame(dense, frame(SOME, { full: true })).cells).toBeNull();
  });

  it('MAP-1: applying a frame does not modify the previous fleet', () => {
    const held = start();
    const before = [...held.cabs.entries()];
    applyFrame(held, frame([['a', 1, 1, null, null, 'offline', 9000]], { removed: ['b'] }));
    expect([...held.cabs.entries()]).toEqual(before);
  });
});

it('MAP-1: states are counted from the cars that the page holds', () => {
  expect(countStates(start().cabs.values())).toEqual({ available: 1, busy: 1, offline: 0 });
});
