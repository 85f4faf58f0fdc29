import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { greatCircleMetres, type Point } from '@rideline/contract';
import { seededRandom } from '../../simulation/seeded-random.ts';
import { quantile } from '../spread.ts';

/** A request for a ride. Times are seconds of Unix time. */
export interface DayRequest {
  readonly id: string;
  readonly at: number;
  readonly pickup: Point;
  readonly dropoff: Point;
  /** From pick-up to drop-off, as recorded. */
  readonly rideSeconds: number;
}

/** A cab from its first to its last fix of the day. */
export interface DayCab {
  readonly id: string;
  readonly from: number;
  readonly until: number;
  readonly place: Point;
}

/** A whole day of demand and supply. */
export interface MatchingDay {
  /** In order of time. */
  readonly requests: readonly DayRequest[];
  readonly cabs: readonly DayCab[];
  /** Median straight-line speed of the day's rides, m/s. */
  readonly metresPerSecond: number;
}

const TRIPS_FILE = 'sf_trips_derived_2008-06-06.csv.gz';
const CABS_FILE = 'sf_cab_shifts_2008-06-06.csv';
/** The trace reports about once a minute: a recorded ride was requested at most this much earlier. */
const SAMPLING_GAP_SECONDS = 60;

/** Reads the day in load/data: 20,463 trips, 503 cabs; see the README there. */
export async function loadMatchingDay(): Promise<MatchingDay> {
  const folder = new URL('../../../data/', import.meta.url);
  const [trips, cabs] = await Promise.all([
    readFile(new URL(TRIPS_FILE, folder)),
    readFile(new URL(CABS_FILE, folder), 'utf8'),
  ]);
  const requests = rowsOf(gunzipSync(trips).toString('utf8')).map((row, index): DayRequest => {
    const [at = 0, , lat = 0, lng = 0, end = 0, toLat = 0, toLng = 0] = row.map(Number);
    const [pickup, dropoff] = [
      { lat, lng },
      { lat: toLat, lng: toLng },
    ];
    return { id: `trip-${String(index).padStart(5, '0')}`, at, pickup, dropoff, rideSeconds: end - at };
  });
  return {
    requests,
    cabs: rowsOf(cabs).map(([id = '', from, lat, lng, until]) => ({
      id,
      from: Number(from),
      until: Number(until),
      place: { lat: Number(lat), lng: Number(lng) },
    })),
    metresPerSecond: medianSpeed(requests),
  };
}

function rowsOf(csv: string): string[][] {
  const lines = csv.trim().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}

function medianSpeed(requests: readonly DayRequest[]): number {
  const speeds = requests.map(
    ({ pickup, dropoff, rideSeconds }) => greatCircleMetres(pickup, dropoff) / rideSeconds,
  );
  return quantile(speeds, 0.5);
}

/**
 * One of several equally plausible days. Seed 1 is the day as recorded; with any other seed each request comes up to one sampling gap of
 * the trace earlier. A fleet below 1 is a random part of the cabs. Every policy gets the same variant.
 */
export function variantOf(day: MatchingDay, seed: number, fleet: number): MatchingDay {
  const random = seededRandom(seed);
  const shift = () => (seed === 1 ? 0 : random() * SAMPLING_GAP_SECONDS);
  const requests = day.requests
    .map((request) => ({ ...request, at: request.at - shift() }))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const shuffled = day.cabs
    .map((cab) => ({ cab, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ cab }) => cab);
  const cabs = fleet < 1 ? shuffled.slice(0, Math.round(day.cabs.length * fleet)) : day.cabs;
  return { ...day, requests, cabs };
}

/** San Francisco and its airport. */
const CITY = { south: 37.55, north: 37.85, west: -122.55, east: -122.3 } as const;

/**
 * The day without rides that leave the city. Cabs of the simulated city do not cruise: a cab that drops a rider in Oakland or down the
 * peninsula would stand there until the evening, which no real cab does.
 */
export function withinCity(day: MatchingDay): MatchingDay {
  const inside = ({ lat, lng }: Point) =>
    lat >= CITY.south && lat <= CITY.north && lng >= CITY.west && lng <= CITY.east;
  return {
    ...day,
    requests: day.requests.filter(({ pickup, dropoff }) => inside(pickup) && inside(dropoff)),
  };
}
