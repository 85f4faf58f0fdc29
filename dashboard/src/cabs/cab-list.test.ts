import { describe, expect, it } from 'vitest';
import type { Cab } from '../feed/fleet-store.ts';
import { INITIAL_CAB_QUERY, listCabs, sortedBy, stepFrom } from './cab-list.ts';

const cab = (id: string, more: Partial<Cab> = {}): Cab => ({
  id,
  lat: 0,
  lng: 0,
  heading: null,
  speed: null,
  derived: false,
  state: 'available',
  at: 0,
  ...more,
});
const CABS = [
  cab('oilrag', { at: 50, speed: 3, state: 'busy' }),
  cab('abboip', { at: 90, state: 'offline' }),
  cab('eblaic', { at: 10, speed: 12 }),
];
const tierOf = (of: Cab) => (of.at < 60 ? 1 : 0);
const ids = (cabs: Cab[]) => cabs.map(({ id }) => id);

describe('list', () => {
  it('MAP-9: is searched, filtered and sorted, with ties by id', () => {
    expect(ids(listCabs(CABS, INITIAL_CAB_QUERY, tierOf))).toEqual(['abboip', 'eblaic', 'oilrag']);
    expect(ids(listCabs(CABS, { ...INITIAL_CAB_QUERY, search: ' AI' }, tierOf))).toEqual(['eblaic']);
    expect(ids(listCabs(CABS, { ...INITIAL_CAB_QUERY, chip: 'busy' }, tierOf))).toEqual(['oilrag']);
    expect(ids(listCabs(CABS, { ...INITIAL_CAB_QUERY, column: 'age', descending: true }, tierOf))).toEqual([
      'eblaic',
      'oilrag',
      'abboip',
    ]);
    expect(ids(listCabs(CABS, { ...INITIAL_CAB_QUERY, column: 'speed' }, tierOf))).toEqual([
      'abboip',
      'oilrag',
      'eblaic',
    ]);
    expect(ids(listCabs(CABS, { ...INITIAL_CAB_QUERY, column: 'state' }, tierOf))).toEqual([
      'eblaic',
      'oilrag',
      'abboip',
    ]);
  });

  it('MAP-9: stale cabs should be sending fixes and are not; an offline cab sends none', () => {
    expect(ids(listCabs(CABS, { ...INITIAL_CAB_QUERY, chip: 'stale' }, () => 2))).toEqual([
      'eblaic',
      'oilrag',
    ]);
    expect(ids(listCabs(CABS, { ...INITIAL_CAB_QUERY, chip: 'stale' }, () => 0))).toEqual([]);
  });

  it('MAP-9: a second click on a column reverses it; age and speed start with the largest', () => {
    const age = sortedBy(INITIAL_CAB_QUERY, 'age');
    expect(age).toMatchObject({ column: 'age', descending: true });
    expect(sortedBy(age, 'age').descending).toBe(false);
    expect(sortedBy(age, 'id').descending).toBe(false);
  });

  it('MAP-10: arrows move through the rows and stop at the ends', () => {
    const rows = listCabs(CABS, INITIAL_CAB_QUERY, tierOf);
    expect(stepFrom(rows, null, 'next')).toBe('abboip');
    expect(stepFrom(rows, null, 'previous')).toBe('oilrag');
    expect(stepFrom(rows, 'abboip', 'next')).toBe('eblaic');
    expect(stepFrom(rows, 'oilrag', 'next')).toBe('oilrag');
    expect(stepFrom(rows, 'abboip', 'previous')).toBe('abboip');
    expect(stepFrom(rows, 'gone', 'next')).toBe('abboip');
    expect([stepFrom(rows, 'eblaic', 'first'), stepFrom(rows, 'eblaic', 'last')]).toEqual([
      'abboip',
      'oilrag',
    ]);
    expect(stepFrom([], null, 'next')).toBeNull();
  });
});
