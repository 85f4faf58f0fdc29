const EARTH_METRES = 6_371_008.8;
const RADIANS = Math.PI / 180;

export interface Place {
  lat: number;
  lng: number;
}

/** Great-circle distance, metres. */
export function distanceMetres(from: Place, to: Place): number {
  const lat1 = from.lat * RADIANS;
  const lat2 = to.lat * RADIANS;
  const sinLat = Math.sin((lat2 - lat1) / 2);
  const sinLng = Math.sin(((to.lng - from.lng) * RADIANS) / 2);
  const a = sinLat * sinLat + Math.cos(lat1) * Math.cos(lat2) * sinLng * sinLng;
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** Initial bearing, degrees clockwise from north, 0 ≤ b < 360. */
export function bearingDegrees(from: Place, to: Place): number {
  const lat1 = from.lat * RADIANS;
  const lat2 = to.lat * RADIANS;
  const dLng = (to.lng - from.lng) * RADIANS;
  const y = Math.sin(dLng) * Math.cos(lat2);
  const x = Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(dLng);
  return (Math.atan2(y, x) / RADIANS + 360) % 360;
}
