import type { LngLatBoundsLike, Map as MapLibreMap } from 'maplibre-gl';
import type { City } from './city.ts';
import { mercatorLat, mercatorLng, TILE_PIXELS } from './mercator.ts';
import { projectionOf } from './projection.ts';

/** Pixels of the map that the drawer covers. */
export interface Covered {
  readonly right: number;
  readonly bottom: number;
}

/** A place in map units. */
interface Place {
  readonly x: number;
  readonly y: number;
}

export const CITY_PADDING = 24;
const CLOSE_ENOUGH_ZOOM = 14;
const CAMERA_MS = 400;
/** Nearer to the edge than this a place counts as out of view. */
const EDGE = 40;

/** Moves the map, with an eye on what the drawer covers and on operators who asked for less motion. */
export class Camera {
  readonly #map: MapLibreMap;
  readonly #city: City;
  readonly #covered: () => Covered;
  readonly #still: MediaQueryList;

  constructor(map: MapLibreMap, city: City, covered: () => Covered, still: MediaQueryList) {
    this.#map = map;
    this.#city = city;
    this.#covered = covered;
    this.#still = still;
  }

  zoomBy(levels: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + levels, duration: this.#duration() });
  }

  showCity(): void {
    const { right, bottom } = this.#covered();
    const padding = {
      top: CITY_PADDING,
      left: CITY_PADDING,
      right: CITY_PADDING + right,
      bottom: CITY_PADDING + bottom,
    };
    this.#map.fitBounds(this.#city.bounds as LngLatBoundsLike, { padding, duration: this.#duration() });
  }

  /** Brings a place into view when it is not, or close and into the middle when `always`. */
  show(place: Place, always: boolean): void {
    if (!always && this.#isInView(place)) return;
    const zoom = always ? Math.max(this.#map.getZoom(), CLOSE_ENOUGH_ZOOM) : this.#map.getZoom();
    this.#map.easeTo({ center: this.#middleFor(place, zoom), zoom, duration: this.#duration() });
  }

  /** Keeps a moving place in the middle; leaves a camera alone that is on its way. */
  keep(place: Place): void {
    if (this.#map.isMoving()) return;
    const center = this.#middleFor(place, this.#map.getZoom());
    const from = this.#map.project(this.#map.getCenter());
    const to = this.#map.project(center);
    // The camera's own event draws again: without this the map would chase rounding errors for ever.
    if (Math.hypot(to.x - from.x, to.y - from.y) > 0.5) this.#map.jumpTo({ center });
  }

  /** While it follows, the wheel zooms about the middle and not about the pointer, which would pull the map aside. */
  setFollowing(following: boolean): void {
    this.#map.scrollZoom.disable();
    this.#map.scrollZoom.enable(following ? { around: 'center' } : undefined);
  }

  #isInView({ x, y }: Place): boolean {
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const { right, bottom } = this.#covered();
    const { pixels, left, top } = projectionOf(this.#map.getCenter(), this.#map.getZoom(), width, height);
    const [atX, atY] = [x * pixels + left, y * pixels + top];
    return atX > EDGE && atY > EDGE && atX < width - right - EDGE && atY < height - bottom - EDGE;
  }

  /** The middle of the map that puts a place in the middle of what the drawer leaves free. */
  #middleFor({ x, y }: Place, zoom: number): [number, number] {
    const { right, bottom } = this.#covered();
    const pixels = TILE_PIXELS * 2 ** zoom;
    return [mercatorLng(x + right / 2 / pixels), mercatorLat(y + bottom / 2 / pixels)];
  }

  #duration(): number {
    return this.#still.matches ? 0 : CAMERA_MS;
  }
}
