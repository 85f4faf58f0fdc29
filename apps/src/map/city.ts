import type { FeatureCollection, Geometry } from 'geojson';
import type { Point } from '../location/place.ts';

export interface NamedPlace extends Point {
  readonly name: string;
}

/** The city that the apps show: the folder that the dashboard ships (dashboard/public/city). */
export interface City {
  readonly name: string;
  /** West, south, east, north of the initial view. */
  readonly bounds: readonly [number, number, number, number];
  /** Address of the city's GeoJSON. */
  readonly map: string;
  readonly credit: string;
  /** Called by the emergency button; 112, which mobile networks connect everywhere, where a city names none. */
  readonly emergencyNumber: string;
  /** Offered as pick-ups and destinations; the first one is where a simulated driver starts. */
  readonly places: readonly NamedPlace[];
}

export type CityMapData = FeatureCollection<Geometry, { layer?: string; name?: string } | null>;

const FOLDER = '/city/';

/** @throws TypeError without a network; Error when the file is missing */
async function fetchJson<T>(address: string): Promise<T> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return (await response.json()) as T;
}

export async function loadCity(): Promise<City> {
  const city = await fetchJson<Omit<City, 'emergencyNumber' | 'places'> & Partial<City>>(
    `${FOLDER}city.json`,
  );
  return {
    ...city,
    map: new URL(FOLDER + city.map, location.href).href,
    emergencyNumber: city.emergencyNumber ?? '112',
    places: city.places ?? [],
  };
}

let data: Promise<CityMapData> | undefined;

/** The map's features; loaded once. */
export function loadMapData(city: City): Promise<CityMapData> {
  data ??= fetchJson<CityMapData>(city.map).catch((error: unknown) => {
    data = undefined;
    throw error;
  });
  return data;
}
