import type { Map as MapLibreMap } from 'maplibre-gl';
import { createBaseMap } from '../map/base-map.ts';
import { paintBase } from '../map/base-style.ts';
import type { City } from '../map/city.ts';
import { type Glide, glideTo, shownAt } from '../map/glide.ts';
import { mercatorLat, mercatorLng, mercatorX, mercatorY } from '../map/mercator.ts';
import { readPalette } from '../map/palette.ts';
import type { SharedPosition } from './shared-ride.ts';

/** Near enough for streets, and far enough for the name of the neighbourhood. */
const CLOSE_ZOOM = 13.5;
/** The car is centred again when it leaves the inner part of the map. */
const INNER_SHARE = 0.3;

/** The city with one car on it, which glides from position to position and is kept in view until the reader moves the map. */
export class ShareMap {
  readonly #map: MapLibreMap;
  readonly #mark: HTMLElement;
  readonly #still: MediaQueryList;
  readonly #onFollowing: (following: boolean) => void;
  #glide: Glide | undefined;
  #receivedMs = 0;
  #following = true;
  #frame = 0;

  /** @throws Error when the browser has no WebGL 2 */
  constructor(
    container: HTMLElement,
    city: City,
    mark: HTMLElement,
    onFollowing: (following: boolean) => void,
  ) {
    this.#map = createBaseMap(container, city, null, readPalette(document.documentElement));
    this.#mark = mark;
    this.#still = matchMedia('(prefers-reduced-motion: reduce)');
    this.#onFollowing = onFollowing;
    this.#map.on('move', () => this.#place());
    this.#map.on('dragstart', () => this.#follow(false));
  }

  /** @param position null: the car is not shown */
  show(position: SharedPosition | null): void {
    if (position === null) {
      this.#glide = undefined;
      this.#place();
      return;
    }
    const nowMs = performance.now();
    const isFirst = this.#glide === undefined;
    const stepMs = this.#still.matches || isFirst ? 0 : position.receivedMs - this.#receivedMs;
    this.#receivedMs = position.receivedMs;
    this.#glide = glideTo(this.#glide, mercatorX(position.lng), mercatorY(position.lat), stepMs, nowMs);
    if (isFirst) this.centre();
    cancelAnimationFrame(this.#frame);
    this.#step();
  }

  /** Shows the car, and follows it again. */
  centre(): void {
    this.#follow(true);
    const at = this.#car();
    if (at === null) return;
    const zoom = Math.max(this.#map.getZoom(), CLOSE_ZOOM);
    this.#map.easeTo({ center: [at.lng, at.lat], zoom, duration: this.#still.matches ? 0 : 400 });
  }

  zoomBy(levels: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + levels, duration: this.#still.matches ? 0 : 200 });
  }

  repaint(): void {
    if (this.#map.isStyleLoaded()) paintBase(this.#map, readPalette(document.documentElement));
    else this.#map.once('load', () => this.repaint());
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#map.remove();
  }

  #follow(following: boolean): void {
    if (following === this.#following) return;
    this.#following = following;
    this.#onFollowing(following);
  }

  #car(): { readonly lat: number; readonly lng: number; readonly moving: boolean } | null {
    if (this.#glide === undefined) return null;
    const { x, y, moving } = shownAt(this.#glide, performance.now());
    return { lat: mercatorLat(y), lng: mercatorLng(x), moving };
  }

  #step(): void {
    this.#place();
    this.#keepInView();
    if (this.#car()?.moving === true) this.#frame = requestAnimationFrame(() => this.#step());
  }

  #place(): void {
    const at = this.#car();
    this.#mark.hidden = at === null;
    if (at === null) return;
    const { x, y } = this.#map.project([at.lng, at.lat]);
    this.#mark.style.transform = `translate(${x}px, ${y}px)`;
  }

  #keepInView(): void {
    const at = this.#car();
    if (at === null || !this.#following || this.#map.isMoving()) return;
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const { x, y } = this.#map.project([at.lng, at.lat]);
    const isInner =
      Math.abs(x - width / 2) < width * INNER_SHARE && Math.abs(y - height / 2) < height * INNER_SHARE;
    if (!isInner) this.#map.easeTo({ center: [at.lng, at.lat], duration: this.#still.matches ? 0 : 600 });
  }
}
