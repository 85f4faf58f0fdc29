import workerUrl from 'virtual:map-worker-url';
import { type LngLatBoundsLike, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import type { Address } from '../page/address.ts';
import { baseStyle } from './base-style.ts';
import { CITY_PADDING_PIXELS } from './camera.ts';
import type { City } from './city.ts';
import type { Palette } from './palette.ts';

setWorkerUrl(workerUrl);

/**
 * The city's map: north up and flat, so that placing a car needs one multiplication; without controls, which the page provides.
 * @param view the view of the link; null: the whole city
 * @throws GPUInitializationError when the browser has no WebGL 2: the page then works without its map
 */
export function createBaseMap(
  container: HTMLElement,
  city: City,
  view: Address['view'],
  palette: Palette,
): MapLibreMap {
  const map = new MapLibreMap({
    container,
    style: baseStyle(city.map, palette),
    ...(view === null
      ? { bounds: city.bounds as LngLatBoundsLike, fitBoundsOptions: { padding: CITY_PADDING_PIXELS } }
      : { center: [view.lng, view.lat] as [number, number], zoom: view.zoom }),
    minZoom: 3,
    maxZoom: 18,
    maxPitch: 0,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    localIdeographFontFamily: 'system-ui, sans-serif',
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  return map;
}
