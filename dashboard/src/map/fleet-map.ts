import type { Map as MapLibreMap } from 'maplibre-gl';
import { TRAIL_MS } from '../cabs/selected-cab.ts';
import { since } from '../cabs/trail.ts';
import type { Cab } from '../feed/fleet-store.ts';
import type { Page } from '../page/page.ts';
import { createBaseMap } from './base-map.ts';
import { paintBase } from './base-style.ts';
import { Camera, type Covered } from './camera.ts';
import { CarCanvas } from './car-canvas.ts';
import { CarMotion } from './car-motion.ts';
import type { PlacedCell } from './cell-layer.ts';
import { placeCells } from './cells.ts';
import { shownAt } from './glide.ts';
import { mercatorX, mercatorY } from './mercator.ts';
import { type Palette, readPalette } from './palette.ts';
import { projectionOf } from './projection.ts';

/** The cab under the pointer; `x`, `y` in CSS pixels of the map's box. */
export interface Hover {
  readonly cab: Cab;
  readonly x: number;
  readonly y: number;
}

export interface FleetMapOptions {
  readonly container: HTMLElement;
  readonly page: Page;
  readonly covered: () => Covered;
  readonly onHover: (hover: Hover | null) => void;
  readonly onError: (message: string) => void;
  /** Reports the number of drawn cars. */
  readonly onCount: (cars: number) => void;
}

/** Maximum distance of a click or a touch, CSS pixels. */
const REACH_PIXELS = { mouse: 14, touch: 24, rider: 8 } as const;

/** The city map with its cars: reads the page's stores, draws when something has moved, and reports what the pointer is on. */
export class FleetMap {
  readonly camera: Camera;
  readonly #options: FleetMapOptions;
  readonly #page: Page;
  readonly #map: MapLibreMap;
  readonly #canvas = new CarCanvas();
  readonly #motion = new CarMotion();
  readonly #reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #unsubscribes: readonly (() => void)[];
  #palette: Palette = readPalette(document.documentElement);
  #cells: readonly PlacedCell[] | null = null;
  #nextFrame = 0;
  #count = -1;

  /** @throws GPUInitializationError when the browser has no WebGL 2 */
  constructor(options: FleetMapOptions) {
    const { container, page, covered } = options;
    this.#options = options;
    this.#page = page;
    this.#map = createBaseMap(container, page.city, page.requestedView.get(), this.#palette);
    this.#map.getCanvasContainer().append(this.#canvas.element);
    this.camera = new Camera(this.#map, page.city, covered, this.#reducedMotion);
    this.#listen();
    this.#unsubscribes = [
      page.fleet.subscribe(() => this.#onFleet()),
      page.theme.theme.subscribe(() => this.#onTheme()),
      page.selection.subscribe(() => this.#onSelection()),
      page.requestedView.subscribe(() => this.#onRequestedView()),
      page.selectedCab.trail.subscribe(() => this.#queueDraw()),
      page.trips.trips.subscribe(() => this.#queueDraw()),
      page.second.subscribe(() => this.#queueDraw()),
    ];
    this.#resize();
    this.#onFleet();
    this.#onMoved();
    this.camera.setFollowing(page.selection.get().follow);
  }

  /** Brings the cab into view when it is outside; with `center`, zooms in and centres it. */
  showCab(id: string, center: boolean): void {
    const held = this.#motion.get(id);
    if (held !== undefined) this.camera.show(shownAt(held.glide, this.#page.nowMs()), center);
  }

  /** The same for the pick-up of a trip. */
  showTrip(id: string, center: boolean): void {
    const trip = this.#page.trips.trips.get().get(id);
    if (trip === undefined) return;
    const { lat, lng } = trip.pickup;
    this.camera.show({ x: mercatorX(lng), y: mercatorY(lat) }, center);
  }

  close(): void {
    cancelAnimationFrame(this.#nextFrame);
    for (const end of this.#unsubscribes) end();
    this.#map.remove();
  }

  #listen(): void {
    const map = this.#map;
    map.on('render', () => this.#draw());
    map.on('resize', () => this.#resize());
    map.on('moveend', () => this.#onMoved());
    map.on('dragstart', () => this.#page.follow(false));
    map.on('error', (event) => this.#options.onError(event.error.message));
    map.on('mouseout', () => this.#options.onHover(null));
    map.on('click', ({ point, originalEvent }) => {
      const touch = originalEvent instanceof PointerEvent && originalEvent.pointerType === 'touch';
      const cab = this.#canvas.carAt(point.x, point.y, touch ? REACH_PIXELS.touch : REACH_PIXELS.mouse);
      const rider = this.#canvas.riderAt(point.x, point.y, touch ? REACH_PIXELS.touch : REACH_PIXELS.rider);
      if (rider !== null) this.#page.selectTrip(rider);
      else this.#page.selectCab(cab?.id ?? null);
    });
    map.on('mousemove', ({ point: { x, y } }) => {
      const cab = this.#canvas.carAt(x, y, REACH_PIXELS.mouse);
      const rider = this.#canvas.riderAt(x, y, REACH_PIXELS.rider);
      map.getCanvas().style.cursor = cab === null && rider === null ? '' : 'pointer';
      this.#options.onHover(cab === null ? null : { cab, x, y });
    });
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#options.container;
    this.#canvas.resize(clientWidth, clientHeight, devicePixelRatio);
    this.#draw();
  }

  #queueDraw(): void {
    if (this.#nextFrame === 0) this.#nextFrame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    cancelAnimationFrame(this.#nextFrame);
    this.#nextFrame = 0;
    const page = this.#page;
    const nowMs = page.nowMs();
    const { cab, trip, follow } = page.selection.get();
    const { clientWidth, clientHeight } = this.#options.container;
    const newest = page.fleet.get().cabs.get(cab ?? '')?.at ?? 0;
    const moving = this.#canvas.draw({
      motion: this.#motion,
      projection: projectionOf(this.#map.getCenter(), this.#map.getZoom(), clientWidth, clientHeight),
      zoom: this.#map.getZoom(),
      nowMs,
      palette: this.#palette,
      selected: cab,
      trail: cab === null ? [] : since(page.selectedCab.trail.get(), newest - TRAIL_MS),
      cells: this.#cells,
      trips: page.trips.trips.get(),
      selectedTrip: trip,
      tierOf: page.tiersNow(),
    });
    if (this.#canvas.count !== this.#count) {
      this.#count = this.#canvas.count;
      this.#options.onCount(this.#count);
    }
    if (moving) this.#queueDraw();
    const followed = follow && cab !== null ? this.#motion.get(cab) : undefined;
    if (followed !== undefined) this.camera.keep(shownAt(followed.glide, nowMs));
  }

  #onFleet(): void {
    const fleet = this.#page.fleet.get();
    const rate = this.#page.clock.get()?.rate ?? 1;
    // A hidden tab does not animate; when it is shown again every car is at its newest fix.
    this.#motion.update(fleet, rate, this.#page.nowMs(), !this.#reducedMotion.matches && !document.hidden);
    this.#cells = placeCells(fleet.cells);
    this.#queueDraw();
  }

  #onTheme(): void {
    this.#palette = readPalette(document.documentElement);
    const paint = () => paintBase(this.#map, this.#palette);
    if (this.#map.isStyleLoaded()) paint();
    else this.#map.once('idle', paint);
    this.#queueDraw();
  }

  #onSelection(): void {
    const { follow, cab } = this.#page.selection.get();
    this.camera.setFollowing(follow);
    if (follow && cab !== null) this.showCab(cab, true);
    this.#queueDraw();
  }

  #onRequestedView(): void {
    const view = this.#page.requestedView.get();
    if (view !== null) this.#map.jumpTo({ center: [view.lng, view.lat], zoom: view.zoom });
  }

  #onMoved(): void {
    const bounds = this.#map.getBounds();
    const view = {
      west: bounds.getWest(),
      south: bounds.getSouth(),
      east: bounds.getEast(),
      north: bounds.getNorth(),
      zoom: this.#map.getZoom(),
    };
    this.#page.onMapMoved(view, this.#map.getCenter());
  }
}
