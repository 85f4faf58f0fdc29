import { useEffect, useState } from 'react';
import { type City, loadMapData } from './city.ts';
import { PlaceNames } from './place-names.ts';

/** Names of the city's places; until the map's data is loaded, and without a network, of the named ones only. */
export function usePlaceNames(city: City): PlaceNames {
  const [names, setNames] = useState(() => new PlaceNames(city.places, null));
  useEffect(() => {
    loadMapData(city).then(
      (data) => setNames(new PlaceNames(city.places, data)),
      () => undefined,
    );
  }, [city]);
  return names;
}
