import { metresBetween, type Point } from '../location/place.ts';
import type { CityMapData, NamedPlace } from './city.ts';

/** Nearer than this a point is at a named place; farther away it is in a neighbourhood. */
const AT_PLACE_METRES = 250;

/** Names points of a city: no address data is shipped, so `Mission` is as exact as it gets between the named places. */
export class PlaceNames {
  readonly #places: readonly NamedPlace[];
  readonly #quarters: readonly NamedPlace[];

  constructor(places: readonly NamedPlace[], map: CityMapData | null) {
    this.#places = places;
    this.#quarters = (map?.features ?? []).flatMap(({ geometry, properties }) => {
      const name = properties?.name;
      if (properties?.layer !== 'place' || name === undefined || geometry.type !== 'Point') return [];
      const [lng = 0, lat = 0] = geometry.coordinates;
      return [{ name, lat, lng }];
    });
  }

  nameOf(point: Point): string {
    const place = nearest(this.#places, point);
    if (place !== null && metresBetween(place, point) <= AT_PLACE_METRES) return place.name;
    return nearest(this.#quarters, point)?.name ?? `${point.lat.toFixed(4)}, ${point.lng.toFixed(4)}`;
  }
}

function nearest(places: readonly NamedPlace[], point: Point): NamedPlace | null {
  let best: NamedPlace | null = null;
  for (const place of places)
    if (best === null || metresBetween(place, point) < metresBetween(best, point)) best = place;
  return best;
}
