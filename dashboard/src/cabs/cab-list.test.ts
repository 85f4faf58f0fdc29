import { describe, expect, it } from 'vitest';
import type { Cab } from '../feed/fleet-store.ts';
import { rowsInView, scrollToRow } from '../list/virtual-rows.ts';
import { FIRST_QUERY, listCabs, sortedBy, stepFrom } from './cab-list.ts';

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
    expect(ids(listCabs(CABS, FIRST_QUERY, tierOf))).toEqual(['abboip', 'eblaic', 'oilrag']);
    expect(ids(listCabs(CABS, { ...FIRST_QUERY, search: ' AI' }, tierOf))).toEqual(['eblaic']);
    expect(ids(listCabs(CABS, { ...FIRST_QUERY, chip: 'busy' }, tierOf))).toEqual(['oilrag']);
    expect(ids(listCabs(CABS, { ...FIRST_QUERY, column: 'age', descending: true }, tierOf))).toEqual([
      'eblaic',
      'oilrag',
      'abboip',
    ]);
    expect(ids(listCabs(CABS, { ...FIRST_QUERY, column: 'speed' }, tierOf))).toEqual([
      'abboip',
      'oilrag',
      'eblaic',
    ]);
    expect(ids(listCabs(CABS, { ...FIRST_QUERY, column: 'state' }, tierOf))).toEqual([
      'eblaic',
      'oilrag',
      'abboip',
    ]);
  });

  it('MAP-9: stale is who should be heard and is not; an offline cab is silent by nature', () => {
    expect(ids(listCabs(CABS, { ...FIRST_QUERY, chip: 'stale' }, () => 2))).toEqual(['eblaic', 'oilrag']);
    expect(ids(listCabs(CABS, { ...FIRST_QUERY, chip: 'stale' }, () => 0))).toEqual([]);
  });

  it('MAP-9: a second press of a column turns it round; age and speed begin with the largest', () => {
    const age = sortedBy(FIRST_QUERY, 'age');
    expect(age).toMatchObject({ column: 'age', descending: true });
    expect(sortedBy(age, 'age').descending).toBe(false);
    expect(sortedBy(age, 'id').descending).toBe(false);
  });

  it('MAP-10: arrows walk the rows and stop at the ends', () => {
    const rows = listCabs(CABS, FIRST_QUERY, tierOf);
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

  it('MAP-9: only the rows in view and a few around them are drawn', () => {
    expect(rowsInView(0, 320, 32, 10_000)).toEqual({ first: 0, end: 16 });
    expect(rowsInView(3200, 320, 32, 10_000)).toEqual({ first: 94, end: 116 });
    expect(rowsInView(3200, 320, 32, 4)).toEqual({ first: 4, end: 4 });
    expect(rowsInView(0, 320, 32, 0)).toEqual({ first: 0, end: 0 });
  });

  it('MAP-10: the chosen row is brought into view, and not moved when it is', () => {
    expect(scrollToRow(5, 0, 320, 32, 32)).toBeNull();
    expect(scrollToRow(50, 0, 320, 32, 32)).toBe(50 * 32 + 64 - 320);
    expect(scrollToRow(2, 640, 320, 32, 32)).toBe(64);
  });
});
