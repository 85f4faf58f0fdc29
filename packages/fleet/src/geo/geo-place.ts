/**
 * In which Redis key the live index stores a position. Redis' GEO commands refuse a latitude beyond 85.05112878° (the edge of Web
 * Mercator), and a longitude of exactly 180 is accepted but never found from its neighbours: its cell number overflows. So:
 * - longitude 180 is stored as −180;
 * - beyond ±85.05° a driver is kept in `polar:<status>` (score: latitude) instead of `geo:<status>`, and the search looks in both.
 * A driver who crosses that latitude has to be removed from the old key.
 */
export const GEO_MAX_LATITUDE = 85.05;

export type GeoPlace =
  | { readonly index: 'geo'; readonly lng: number; readonly lat: number }
  | { readonly index: 'polar'; readonly lat: number };

export function geoPlace(lat: number, lng: number): GeoPlace {
  if (isPolar(lat)) return { index: 'polar', lat };
  return { index: 'geo', lng: geoLongitude(lng), lat };
}

export function isPolar(lat: number): boolean {
  return Math.abs(lat) > GEO_MAX_LATITUDE;
}

export function geoLongitude(lng: number): number {
  return lng === 180 ? -180 : lng;
}
