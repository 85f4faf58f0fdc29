import type { Point } from './rider-client.ts';

/** "latitude, longitude" in degrees; null when it is not that. */
export function pointFrom(text: string): Point | null {
  const [lat, lng, ...rest] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (lat === undefined || lng === undefined || rest.length > 0) return null;
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng } : null;
}
