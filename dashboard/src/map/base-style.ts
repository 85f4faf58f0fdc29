import type { FeatureCollection } from 'geojson';
import type { Map as MapLibreMap, StyleSpecification } from 'maplibre-gl';

/** Colours of land, roads and names, as CSS writes them. */
export interface BaseColours {
  readonly beyond: string;
  readonly land: string;
  readonly landEdge: string;
  readonly artery: string;
  readonly freeway: string;
  readonly place: string;
}

/** Drawn by the browser with the system's font: a style without `glyphs` requests no font server. */
const FONT = ['system-ui', 'sans-serif'];

/** Land, roads and names of the city, muted below the cars. @param map the city's GeoJSON, or its address */
export function baseStyle(map: string | FeatureCollection, colours: BaseColours): StyleSpecification {
  const source = 'city';
  return {
    version: 8,
    sources: { [source]: { type: 'geojson', data: map, tolerance: 0.3, maxzoom: 14 } },
    layers: [
      { id: 'beyond', type: 'background', paint: { 'background-color': colours.beyond } },
      {
        id: 'land',
        type: 'fill',
        source,
        filter: ['==', ['get', 'layer'], 'land'],
        paint: { 'fill-color': colours.land, 'fill-antialias': false },
      },
      {
        id: 'land-edge',
        type: 'line',
        source,
        filter: ['==', ['get', 'layer'], 'land'],
        paint: { 'line-color': colours.landEdge, 'line-width': 1 },
      },
      {
        id: 'artery',
        type: 'line',
        source,
        filter: ['==', ['get', 'layer'], 'artery'],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': colours.artery,
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
          'line-color': colours.freeway,
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
          'text-color': colours.place,
          'text-halo-color': colours.land,
          'text-halo-width': 1.5,
        },
      },
    ],
  };
}

/** Changes the colours in place, so that a theme change does not reload the city. */
export function paintBase(map: MapLibreMap, colours: BaseColours): void {
  map.setPaintProperty('beyond', 'background-color', colours.beyond);
  map.setPaintProperty('land', 'fill-color', colours.land);
  map.setPaintProperty('land-edge', 'line-color', colours.landEdge);
  map.setPaintProperty('artery', 'line-color', colours.artery);
  map.setPaintProperty('freeway', 'line-color', colours.freeway);
  map.setPaintProperty('place', 'text-color', colours.place);
  map.setPaintProperty('place', 'text-halo-color', colours.land);
}
