import { readFile } from 'node:fs/promises';
import { greatCircleMetres, initialBearing, type Point } from '@rideline/contract';

/** One fix of the trace. `speed` (m/s) and `heading` are computed from the previous fix; the trace has neither. */
export interface TraceFix extends Point {
  cab: string;
  occupied: boolean;
  /** Domain time, epoch ms. */
  at: number;
  speed: number | null;
  heading: number | null;
}

/** One trip of the derived set: an occupied run of a cab. Times are domain epoch ms. */
export interface TraceTrip {
  cab: string;
  pickupAt: number;
  pickup: Point;
  dropoffAt: number;
  dropoff: Point;
}

export interface Trace {
  cabs: string[];
  /** In order of time. */
  fixes: TraceFix[];
  /** In order of pick-up. */
  trips: TraceTrip[];
  startAt: number;
  endAt: number;
}

const FIXES_FILE = 'cabspotting_sf_2008-06-06_1800-1900.csv';
const TRIPS_FILE = 'sf_trips_derived_2008-06-06_1800-1900.csv';
/** Two fixes further apart than this in time, or nearer than this in space, say nothing about the cab's current motion. */
const MOTION_GAP_MS = 180_000;
const MOTION_LEAST_METRES = 5;

/** Reads the hour in load/data, of all cabs or of the first `cabs` by id. */
export async function loadTrace(cabs?: number): Promise<Trace> {
  const folder = new URL('../../../data/', import.meta.url);
  const [fixes, trips] = await Promise.all([
    readFile(new URL(FIXES_FILE, folder), 'utf8'),
    readFile(new URL(TRIPS_FILE, folder), 'utf8'),
  ]);
  return selectCabs(parseTrace(fixes, trips), cabs);
}

/** Parses both files; load/data/README.md describes their columns. @throws RangeError for a malformed line */
export function parseTrace(fixesCsv: string, tripsCsv: string): Trace {
  const fixes = rowsOf(fixesCsv, 5).map(
    ([cab = '', lat, lng, occupied, time]): TraceFix => ({
      cab,
      lat: numberOf(lat),
      lng: numberOf(lng),
      occupied: occupied === '1',
      at: numberOf(time) * 1000,
      speed: null,
      heading: null,
    }),
  );
  const trips = rowsOf(tripsCsv, 9).map(
    ([pickupAt, cab = '', pickupLat, pickupLng, dropoffAt, dropoffLat, dropoffLng]): TraceTrip => ({
      cab,
      pickupAt: numberOf(pickupAt) * 1000,
      pickup: { lat: numberOf(pickupLat), lng: numberOf(pickupLng) },
      dropoffAt: numberOf(dropoffAt) * 1000,
      dropoff: { lat: numberOf(dropoffLat), lng: numberOf(dropoffLng) },
    }),
  );
  const first = fixes[0];
  const last = fixes[fixes.length - 1];
  if (first === undefined || last === undefined) throw new RangeError('the trace is empty');
  addMotion(fixes);
  const cabs = [...new Set(fixes.map(({ cab }) => cab))].sort();
  return { cabs, fixes, trips, startAt: first.at, endAt: last.at };
}

export function selectCabs(trace: Trace, count: number | undefined): Trace {
  if (count === undefined || count >= trace.cabs.length) return trace;
  const cabs = trace.cabs.slice(0, count);
  const selected = new Set(cabs);
  return {
    ...trace,
    cabs,
    fixes: trace.fixes.filter(({ cab }) => selected.has(cab)),
    trips: trace.trips.filter(({ cab }) => selected.has(cab)),
  };
}

/** The same hour at another time of the domain clock. */
export function shiftTrace(trace: Trace, startAt: number): Trace {
  const byMs = startAt - trace.startAt;
  return {
    ...trace,
    fixes: trace.fixes.map((fix) => ({ ...fix, at: fix.at + byMs })),
    trips: trace.trips.map((trip) => ({
      ...trip,
      pickupAt: trip.pickupAt + byMs,
      dropoffAt: trip.dropoffAt + byMs,
    })),
    startAt,
    endAt: trace.endAt + byMs,
  };
}

function addMotion(fixes: readonly TraceFix[]): void {
  const before = new Map<string, TraceFix>();
  for (const fix of fixes) {
    const previous = before.get(fix.cab);
    before.set(fix.cab, fix);
    if (previous === undefined) continue;
    const passedMs = fix.at - previous.at;
    const metres = greatCircleMetres(previous, fix);
    if (passedMs <= 0 || passedMs > MOTION_GAP_MS || metres < MOTION_LEAST_METRES) continue;
    fix.speed = Math.round((metres * 10_000) / passedMs) / 10;
    fix.heading = Math.round(initialBearing(previous, fix)) % 360;
  }
}

function rowsOf(csv: string, columns: number): string[][] {
  return csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const row = line.split(',');
      if (row.length !== columns) throw new RangeError(`expected a line of ${columns} columns: ${line}`);
      return row;
    });
}

function numberOf(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(value))
    throw new RangeError(`not a number: ${text}`);
  return value;
}
