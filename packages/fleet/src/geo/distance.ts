/** The earth radius of Redis (geohash_helper.c), so that these distances equal those of GEOSEARCH. */
const EARTH_RADIUS_METRES = 6_372_797.560856;
const RADIANS = Math.PI / 180;

/** Metres along one degree of latitude. */
export const METRES_PER_DEGREE = EARTH_RADIUS_METRES * RADIANS;

/** Great-circle distance in metres (haversine); correct across the antimeridian and the poles. */
export function distanceMetres(fromLat: number, fromLng: number, toLat: number, toLng: number): number {
  const sinLat = Math.sin(((toLat - fromLat) * RADIANS) / 2);
  const sinLng = Math.sin(((toLng - fromLng) * RADIANS) / 2);
  const chord = sinLat * sinLat + Math.cos(fromLat * RADIANS) * Math.cos(toLat * RADIANS) * sinLng * sinLng;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(Math.min(1, chord)));
}
