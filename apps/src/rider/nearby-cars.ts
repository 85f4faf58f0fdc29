import type { RestClient } from '@rideline/sdk/rider';
import { useEffect, useState } from 'react';
import type { Point } from '../location/place.ts';
import type { SceneCar } from '../map/scene.ts';

const RADIUS_METRES = 2000;
const MOST_CARS = 20;
const POLL_MS = 6000;
/** A map that is being moved asks once, when it rests. */
const REST_MS = 400;

/** Free cars around a point, at rounded places without ids, as riders may see them; null until known. */
export function useNearbyCars(rest: RestClient, around: Point | null): readonly SceneCar[] | null {
  const [cars, setCars] = useState<readonly SceneCar[] | null>(null);
  const lat = around?.lat;
  const lng = around?.lng;
  useEffect(() => {
    if (lat === undefined || lng === undefined) return setCars(null);
    let isCurrent = true;
    const read = async () => {
      const query = { lat, lng, radius: RADIUS_METRES, limit: MOST_CARS };
      // Without an answer the last cars stay: the connection's state is shown.
      const answer = await rest.GET('/v1/drivers/search', { params: { query } }).catch(() => undefined);
      if (isCurrent && answer?.data !== undefined) setCars(answer.data.drivers.map(carOf));
    };
    const first = setTimeout(() => void read(), REST_MS);
    const timer = setInterval(() => void read(), POLL_MS);
    return () => {
      isCurrent = false;
      clearTimeout(first);
      clearInterval(timer);
    };
  }, [rest, lat, lng]);
  return cars;
}

/** They have no ids: each is drawn anew. */
const carOf = ({ lat, lng, heading }: Point & { heading: number | null }, index: number): SceneCar => ({
  id: `near-${index}-${lat}-${lng}`,
  lat,
  lng,
  heading,
  kind: 'other',
});
