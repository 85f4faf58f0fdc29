import type { Map as MapLibreMap, StyleSpecification } from 'maplibre-gl';
import type { Palette } from './palette.ts';

/** Drawn by the browser with the system's font: a style without `glyphs` requests no font server. */
const FONT = ['system-ui', 'sans-serif'];

/** Land, roads and names of the city, muted below the cars. @param mapUrl address of the city's GeoJSON */
export function baseStyle(mapUrl: string, palette: Palette): StyleSpecification {
  const source = 'city';
  return {
    version: 8,
    sources: { [source]: { type: 'geojson', data: mapUrl, tolerance: 0.3, maxzoom: 14 } },
    layers: [
      { id: 'beyond', type: 'background', paint: { 'background-color': palette.beyond } },
      {
        id: 'land',
        type: 'fill',
        source,
        filter: ['==', ['get', 'layer'], 'land'],
        paint: { 'fill-color': palette.land, 'fill-antialias': false },
      },
      {
        id: 'land-edge',
        type: 'line',
        source,
        filter: ['==', ['get', 'layer'], 'land'],
        paint: { 'line-color': palette.landEdge, 'line-width': 1 },
      },
      {
        id: 'artery',
        type: 'line',
        source,
        filter: ['==', ['get', 'layer'], 'artery'],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': palette.artery,
          'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 0.4, 13, 1.4, 16, 7],
        },
      },
      {
        id: 'freeway',
        type: 'line',
        source,
        filter: ['==', ['get', 'layer'], 'freeway'],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': palette.freeway,
          'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 1, 13, 2.6, 16, 11],
        },
      },
      {
        id: 'place',
        type: 'symbol',
        source,
        filter: ['==', ['get', 'layer'], 'place'],
        layout: {
          'text-field': ['get', 'name'],
          'text-font': FONT,
          'text-size': ['interpolate', ['linear'], ['zoom'], 10, 10, 15, 13],
          'text-max-width': 7,
          'text-letter-spacing': 0.02,
          'text-padding': 6,
        },
        paint: {
          'text-color': palette.place,
          'text-halo-color': palette.land,
          'text-halo-width': 1.5,
        },
      },
    ],
  };
}

/** Changes the colours in place, so that a theme change does not reload the city. */
export function paintBase(map: MapLibreMap, palette: Palette): void {
  map.setPaintProperty('beyond', 'background-color', palette.beyond);
  map.setPaintProperty('land', 'fill-color', palette.land);
  map.setPaintProperty('land-edge', 'line-color', palette.landEdge);
  map.setPaintProperty('artery', 'line-color', palette.artery);
  map.setPaintProperty('freeway', 'line-color', palette.freeway);
  map.setPaintProperty('place', 'text-color', palette.place);
  map.setPaintProperty('place', 'text-halo-color', palette.land);
}
