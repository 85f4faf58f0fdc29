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

/** What the pointer is over, in CSS pixels of the map's box. */
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
  /** How many cars are drawn. */
  readonly onCount: (cars: number) => void;
}

/** How near a click or a touch must be, CSS pixels. */
const REACH = { mouse: 14, touch: 24, rider: 8 } as const;

/** The city with its cars: reads the page's stores, draws when something has moved, and says what was pointed at. */
export class FleetMap {
  readonly camera: Camera;
  readonly #options: FleetMapOptions;
  readonly #page: Page;
  readonly #map: MapLibreMap;
  readonly #canvas = new CarCanvas();
  readonly #motion = new CarMotion();
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #ends: readonly (() => void)[];
  #palette: Palette = readPalette(document.documentElement);
  #cells: readonly PlacedCell[] | null = null;
  #nextFrame = 0;
  #count = -1;

  /** @throws GPUInitializationError when the browser has no WebGL 2 */
  constructor(options: FleetMapOptions) {
    const { container, page, covered } = options;
    this.#options = options;
    this.#page = page;
    this.#map = createBaseMap(container, page.city, page.askedView.get(), this.#palette);
    this.#map.getCanvasContainer().append(this.#canvas.element);
    this.camera = new Camera(this.#map, page.city, covered, this.#still);
    this.#listen();
    this.#ends = [
      page.fleet.subscribe(() => this.#onFleet()),
      page.theme.theme.subscribe(() => this.#onTheme()),
      page.selection.subscribe(() => this.#onSelection()),
      page.askedView.subscribe(() => this.#onAskedView()),
      page.chosen.trail.subscribe(() => this.#queueDraw()),
      page.trips.trips.subscribe(() => this.#queueDraw()),
      page.second.subscribe(() => this.#queueDraw()),
    ];
    this.#resize();
    this.#onFleet();
    this.#onMoved();
    this.camera.setFollowing(page.selection.get().follow);
  }

  /** Brings the cab into view when it is not, or close and into the middle when `always`. */
  showCab(id: string, always: boolean): void {
    const held = this.#motion.get(id);
    if (held !== undefined) this.camera.show(shownAt(held.glide, this.#page.now()), always);
  }

  /** The same with the pick-up of a trip. */
  showTrip(id: string, always: boolean): void {
    const trip = this.#page.trips.trips.get().get(id);
    if (trip === undefined) return;
    const { lat, lng } = trip.pickup;
    this.camera.show({ x: mercatorX(lng), y: mercatorY(lat) }, always);
  }

  close(): void {
    cancelAnimationFrame(this.#nextFrame);
    for (const end of this.#ends) end();
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
      const cab = this.#canvas.carAt(point.x, point.y, touch ? REACH.touch : REACH.mouse);
      const rider = this.#canvas.riderAt(point.x, point.y, touch ? REACH.touch : REACH.rider);
      if (rider !== null) this.#page.selectTrip(rider);
      else this.#page.select(cab?.id ?? null);
    });
    map.on('mousemove', ({ point: { x, y } }) => {
      const cab = this.#canvas.carAt(x, y, REACH.mouse);
      const rider = this.#canvas.riderAt(x, y, REACH.rider);
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
    const nowMs = page.now();
    const { cab, trip, follow } = page.selection.get();
    const { clientWidth, clientHeight } = this.#options.container;
    const newest = page.fleet.get().cabs.get(cab ?? '')?.at ?? 0;
    const moving = this.#canvas.draw({
      motion: this.#motion,
      projection: projectionOf(this.#map.getCenter(), this.#map.getZoom(), clientWidth, clientHeight),
      zoom: this.#map.getZoom(),
      nowMs,
      palette: this.#palette,
      chosen: cab,
      trail: cab === null ? [] : since(page.chosen.trail.get(), newest - TRAIL_MS),
      cells: this.#cells,
      trips: page.trips.trips.get(),
      chosenTrip: trip,
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
    // Nobody watches a hidden tab glide; when it is seen again every car is at its newest fix.
    this.#motion.update(fleet, rate, this.#page.now(), !this.#still.matches && !document.hidden);
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

  #onAskedView(): void {
    const view = this.#page.askedView.get();
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
    this.#page.lookAt(view, this.#map.getCenter());
  }
}
