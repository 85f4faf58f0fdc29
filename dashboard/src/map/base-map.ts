import workerUrl from 'virtual:map-worker-url';
import type { FeatureCollection } from 'geojson';
import { type LngLatBoundsLike, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import { type BaseColours, baseStyle } from './base-style.ts';

setWorkerUrl(workerUrl);

/** What the map needs of `city.json`. */
export interface MapCity {
  /** The city's GeoJSON, or its address. */
  readonly map: string | FeatureCollection;
  /** West, south, east, north of the initial view. */
  readonly bounds: readonly [number, number, number, number];
}

export const CITY_PADDING_PIXELS = 24;

/**
 * The city's map, of the dashboard and of the apps: north up and flat, so that placing a car needs one multiplication; without controls, which the page provides.
 * @param view the view of the link; null: the whole city
 * @throws GPUInitializationError when the browser has no WebGL 2: the page then works without its map
 */
export function createBaseMap(
  container: HTMLElement,
  city: MapCity,
  view: { readonly lat: number; readonly lng: number; readonly zoom: number } | null,
  colours: BaseColours,
): MapLibreMap {
  const map = new MapLibreMap({
    container,
    style: baseStyle(city.map, colours),
    ...(view === null
      ? {
          bounds: city.bounds as unknown as LngLatBoundsLike,
          fitBoundsOptions: { padding: CITY_PADDING_PIXELS },
        }
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
