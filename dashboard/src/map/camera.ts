import type { LngLatBoundsLike, Map as MapLibreMap } from 'maplibre-gl';
import { CITY_PADDING_PIXELS } from './base-map.ts';
import type { City } from './city.ts';
import { mercatorLat, mercatorLng, TILE_PIXELS } from './mercator.ts';
import { projectionOf } from './projection.ts';

/** Pixels of the map that the drawer covers. */
export interface Covered {
  readonly right: number;
  readonly bottom: number;
}

/** A position in map units. */
interface Place {
  readonly x: number;
  readonly y: number;
}

const CLOSE_ENOUGH_ZOOM = 14;
const CAMERA_MS = 400;
/** A position nearer to the edge than this counts as out of view. */
const EDGE_PIXELS = 40;

/** Moves the map; accounts for the area that the drawer covers, and for operators who prefer reduced motion. */
export class Camera {
  readonly #map: MapLibreMap;
  readonly #city: City;
  readonly #covered: () => Covered;
  readonly #reducedMotion: MediaQueryList;

  constructor(map: MapLibreMap, city: City, covered: () => Covered, still: MediaQueryList) {
    this.#map = map;
    this.#city = city;
    this.#covered = covered;
    this.#reducedMotion = still;
  }

  zoomBy(levels: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + levels, duration: this.#duration() });
  }

  showCity(): void {
    const { right, bottom } = this.#covered();
    const padding = {
      top: CITY_PADDING_PIXELS,
      left: CITY_PADDING_PIXELS,
      right: CITY_PADDING_PIXELS + right,
      bottom: CITY_PADDING_PIXELS + bottom,
    };
    this.#map.fitBounds(this.#city.bounds as LngLatBoundsLike, { padding, duration: this.#duration() });
  }

  /** Brings a position into view when it is outside; with `center`, zooms in and centres it. */
  show(place: Place, center: boolean): void {
    if (!center && this.#isInView(place)) return;
    const zoom = center ? Math.max(this.#map.getZoom(), CLOSE_ENOUGH_ZOOM) : this.#map.getZoom();
    this.#map.easeTo({ center: this.#centerFor(place, zoom), zoom, duration: this.#duration() });
  }

  /** Keeps a moving position centred; does not interrupt a camera animation. */
  keep(place: Place): void {
    if (this.#map.isMoving()) return;
    const center = this.#centerFor(place, this.#map.getZoom());
    const from = this.#map.project(this.#map.getCenter());
    const to = this.#map.project(center);
    // The camera's own event triggers a redraw: without this limit the map would follow rounding errors forever.
    if (Math.hypot(to.x - from.x, to.y - from.y) > 0.5) this.#map.jumpTo({ center });
  }

  /** While following, the wheel zooms about the centre: zooming about the pointer would move the followed cab away from it. */
  setFollowing(following: boolean): void {
    this.#map.scrollZoom.disable();
    this.#map.scrollZoom.enable(following ? { around: 'center' } : undefined);
  }

  #isInView({ x, y }: Place): boolean {
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const { right, bottom } = this.#covered();
    const { pixels, left, top } = projectionOf(this.#map.getCenter(), this.#map.getZoom(), width, height);
    const [atX, atY] = [x * pixels + left, y * pixels + top];
    return (
      atX > EDGE_PIXELS &&
      atY > EDGE_PIXELS &&
      atX < width - right - EDGE_PIXELS &&
      atY < height - bottom - EDGE_PIXELS
    );
  }

  /** The map centre that places a position in the middle of the area not covered by the drawer. */
  #centerFor({ x, y }: Place, zoom: number): [number, number] {
    const { right, bottom } = this.#covered();
    const pixels = TILE_PIXELS * 2 ** zoom;
    return [mercatorLng(x + right / 2 / pixels), mercatorLat(y + bottom / 2 / pixels)];
  }

  #duration(): number {
    return this.#reducedMotion.matches ? 0 : CAMERA_MS;
  }
}
