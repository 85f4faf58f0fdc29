import { z } from 'zod';
import { call } from '../api/http.ts';

/** The city that the page shows: files in a separate folder, so that another city needs no rebuild. */
const citySchema = z.object({
  name: z.string(),
  timeZone: z.string(),
  /** west, south, east, north of the initial view. */
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** GeoJSON with `layer` = land, artery, freeway (lines), place (points with `name`); relative to city.json. */
  map: z.string(),
  /** Shown on the map. */
  credit: z.string(),
});
export type City = z.infer<typeof citySchema>;

const FOLDER = '/city/';

/** @throws CodedError when the file is missing or malformed */
export async function loadCity(): Promise<City> {
  const city = await call(`${FOLDER}city.json`, citySchema);
  return { ...city, map: new URL(FOLDER + city.map, location.href).href };
}
