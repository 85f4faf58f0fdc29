import { createBaseMap } from '@rideline/dashboard/map/base-map';
import { type BaseColours, paintBase } from '@rideline/dashboard/map/base-style';
import type { LineString } from 'geojson';
import { type GeoJSONSource, type LngLatBoundsLike, type Map as MapLibreMap, Marker } from 'maplibre-gl';
import type { Point } from '../location/place.ts';
import { onThemeChange } from '../settings/theme.ts';
import type { City, CityMapData } from './city.ts';
import { type Glide, glideAt, nextGlide } from './glide.ts';
import { carElement, pinElement } from './markers.ts';
import type { Focus, Scene, SceneCar } from './scene.ts';

export interface CityMapParts {
  readonly container: HTMLElement;
  readonly city: City;
  /** Loaded by the page: what MapLibre's worker loads, which is outside of the service worker's scope, is not kept for a start without a network. */
  readonly data: CityMapData;
  /** CSS pixels at the bottom of the map that a sheet covers. */
  readonly coveredBottom: () => number;
  /** The centre of what is not covered, when a person or `show` has moved the map. */
  readonly onCentre: (centre: Point) => void;
  readonly onError: (message: string) => void;
}

const LINE = 'trip-line';
const MARGIN_PIXELS = 40;
const CITY_MARGIN_PIXELS = 4;
/** The bar at the top. */
const BAR_PIXELS = 64;
const CAMERA_MS = 400;
const CLOSEST_ZOOM = 14.5;

interface ShownCar {
  readonly marker: Marker;
  readonly element: HTMLElement;
  glide: Glide;
  drawn: SceneCar['drawn'];
}

/** The city's map with cars, pins and the way. Not React: the map owns its part of the page. */
export class CityMap {
  readonly #parts: CityMapParts;
  readonly #map: MapLibreMap;
  readonly #cars = new Map<string, ShownCar>();
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #stopTheme: () => void;
  #pins: Marker[] = [];
  #line: readonly Point[] = [];
  #isRoute = false;
  #shown: Focus | null = null;
  #frame = 0;

  /** @throws GPUInitializationError when the browser has no WebGL 2: the app then works without its map */
  constructor(parts: CityMapParts) {
    this.#parts = parts;
    this.#map = createBaseMap(
      parts.container,
      { map: parts.data, bounds: parts.city.bounds },
      null,
      readColours(),
    );
    this.#map.on('load', () => this.#addLine());
    this.#map.on('moveend', () => this.#reportCentre());
    this.#map.on('error', ({ error }) => parts.onError(error.message));
    this.#stopTheme = onThemeChange(() => this.#paint());
  }

  /** MapLibre's own name of the map is English. */
  setLabel(label: string): void {
    this.#map.getCanvas().setAttribute('aria-label', label);
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#stopTheme();
    this.#map.remove();
  }

  /** Draws what the scene names and removes what it does not. */
  draw({ cars, pins, line, isRoute }: Scene): void {
    for (const [id, { marker }] of this.#cars) {
      if (cars.some((car) => car.id === id)) continue;
      marker.remove();
      this.#cars.delete(id);
    }
    for (const car of cars) this.#drawCar(car);
    for (const pin of this.#pins) pin.remove();
    this.#pins = pins.map(({ kind, lat, lng }) =>
      new Marker({ element: pinElement(kind), anchor: 'bottom' }).setLngLat([lng, lat]).addTo(this.#map),
    );
    this.#line = line;
    this.#isRoute = isRoute;
    this.#drawLine();
  }

  show(focus: Focus): void {
    this.#shown = focus;
    const duration = this.#reducedMotion.matches ? 0 : CAMERA_MS;
    const covered = this.#parts.coveredBottom();
    // Not MapLibre's lasting padding: each further movement would add to it.
    const padding = (margin: number) => ({
      top: margin + BAR_PIXELS,
      left: margin,
      right: margin,
      bottom: margin + covered,
    });
    if (focus.kind === 'point') {
      this.#map.easeTo({
        center: [focus.point.lng, focus.point.lat],
        zoom: focus.zoom,
        duration,
        offset: [0, -covered / 2],
      });
      return;
    }
    const bounds =
      focus.kind === 'city'
        ? (this.#parts.city.bounds as unknown as LngLatBoundsLike)
        : boundsOf(focus.points);
    if (bounds === null) return;
    const margin = focus.kind === 'city' ? CITY_MARGIN_PIXELS : MARGIN_PIXELS;
    this.#map.fitBounds(bounds, { duration, padding: padding(margin), maxZoom: CLOSEST_ZOOM });
  }

  /** The sheet has another height: the point below the pin stays below it, and a movement goes on to where it was going. */
  sheetResized(centre: Point | null): void {
    if (this.#map.isMoving() && this.#shown !== null) this.show(this.#shown);
    else if (centre !== null)
      this.#map.easeTo({
        center: [centre.lng, centre.lat],
        duration: 0,
        offset: [0, -this.#parts.coveredBottom() / 2],
      });
  }

  #drawCar(car: SceneCar): void {
    const nowMs = performance.now();
    let shown = this.#cars.get(car.id);
    if (shown === undefined) {
      const element = carElement(car);
      const marker = new Marker({ element, rotationAlignment: 'map' });
      shown = { marker, element, glide: nextGlide(null, car, nowMs), drawn: undefined };
      this.#cars.set(car.id, shown);
      marker.setLngLat([car.lng, car.lat]).addTo(this.#map);
    } else if (shown.glide.to.lat !== car.lat || shown.glide.to.lng !== car.lng) {
      shown.glide = nextGlide(this.#reducedMotion.matches ? null : shown.glide, car, nowMs);
      this.#animate();
    }
    shown.drawn = this.#reducedMotion.matches ? undefined : car.drawn;
    if (shown.drawn !== undefined) this.#animate();
    shown.element.classList.toggle('is-old', car.isOld === true);
    shown.element.classList.toggle('has-heading', car.heading !== null);
    if (car.heading !== null) shown.marker.setRotation(car.heading);
  }

  /** Moves the cars in each frame, as long as any of them moves or has a motion of its own. */
  #animate(): void {
    cancelAnimationFrame(this.#frame);
    const step = () => {
      const nowMs = performance.now();
      let isMoving = false;
      for (const { marker, glide, drawn } of this.#cars.values()) {
        const own = drawn?.() ?? null;
        const { lat, lng } = own ?? glideAt(glide, nowMs);
        marker.setLngLat([lng, lat]);
        if (typeof own?.heading === 'number') marker.setRotation(own.heading);
        isMoving ||= drawn !== undefined || nowMs < glide.endMs;
      }
      if (isMoving) this.#frame = requestAnimationFrame(step);
    };
    step();
  }

  #addLine(): void {
    this.#map.addSource(LINE, { type: 'geojson', data: lineOf([]) });
    this.#map.addLayer({
      id: LINE,
      type: 'line',
      source: LINE,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': cssColour('--accent'), 'line-width': 4, 'line-opacity': 0.85 },
    });
    this.#drawLine();
  }

  #drawLine(): void {
    const source = this.#map.getSource<GeoJSONSource>(LINE);
    if (source === undefined) return;
    source.setData(lineOf(this.#line));
    // Dashed: the direction only, no way along roads.
    this.#map.setPaintProperty(LINE, 'line-dasharray', this.#isRoute ? undefined : [0.1, 2]);
  }

  #paint(): void {
    if (!this.#map.isStyleLoaded()) {
      this.#map.once('load', () => this.#paint());
      return;
    }
    paintBase(this.#map, readColours());
    if (this.#map.getLayer(LINE)) this.#map.setPaintProperty(LINE, 'line-color', cssColour('--accent'));
  }

  #reportCentre(): void {
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const { lat, lng } = this.#map.unproject([width / 2, (height - this.#parts.coveredBottom()) / 2]);
    this.#parts.onCentre({ lat, lng });
  }
}

function boundsOf(points: readonly Point[]): LngLatBoundsLike | null {
  if (points.length === 0) return null;
  const lngs = points.map(({ lng }) => lng);
  const lats = points.map(({ lat }) => lat);
  return [
    [Math.min(...lngs), Math.min(...lats)],
    [Math.max(...lngs), Math.max(...lats)],
  ];
}

const lineOf = (points: readonly Point[]): LineString => ({
  type: 'LineString',
  coordinates: points.map(({ lat, lng }) => [lng, lat]),
});

const cssColour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function readColours(): BaseColours {
  return {
    beyond: cssColour('--map-beyond'),
    land: cssColour('--map-land'),
    landEdge: cssColour('--map-land-edge'),
    artery: cssColour('--map-artery'),
    freeway: cssColour('--map-freeway'),
    place: cssColour('--map-place'),
  };
}
