import workerUrl from 'virtual:map-worker-url';
import { type LngLatBoundsLike, Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
import { TRAIL_MS } from '../chosen-cab.ts';
import type { Cab } from '../fleet-store.ts';
import { shownAt } from '../glide.ts';
import { mercatorLat, mercatorLng, TILE_PIXELS } from '../mercator.ts';
import type { Page } from '../page.ts';
import { type Palette, readPalette } from '../palette.ts';
import { since } from '../trail.ts';
import { baseStyle, paintBase } from './base-style.ts';
import { CarCanvas } from './car-canvas.ts';
import { CarMotion } from './car-motion.ts';
import { placeCells } from './cells.ts';
import { projectionOf } from './projection.ts';

setWorkerUrl(workerUrl);

/** What the pointer is over, in CSS pixels of the map's box. */
export interface Hover {
  readonly cab: Cab;
  readonly x: number;
  readonly y: number;
}

export interface FleetMap {
  zoomBy(levels: number): void;
  showCity(): void;
  /** Brings the cab into view when it is not, or into the middle when `always`. */
  showCab(id: string, always: boolean): void;
  close(): void;
}

export interface FleetMapOptions {
  readonly container: HTMLElement;
  readonly page: Page;
  /** Pixels that the drawer covers, on the right or below. */
  readonly covered: () => { readonly right: number; readonly bottom: number };
  readonly onHover: (hover: Hover | null) => void;
  readonly onError: (message: string) => void;
  readonly onCount: (cars: number) => void;
}

const CITY_PADDING = 24;
const CLOSE_ENOUGH_ZOOM = 14;
const REACH = { mouse: 14, touch: 24 } as const;
const CAMERA_MS = 400;
/** Nearer to the edge than this a cab counts as out of view. */
const EDGE = 40;

/** @throws GPUInitializationError when the browser has no WebGL 2: the page then lives without its map */
export function createFleetMap(options: FleetMapOptions): FleetMap {
  const { container, page, covered } = options;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let palette: Palette = readPalette(document.documentElement);
  const { firstView, city } = page;
  const map = new MapLibreMap({
    container,
    style: baseStyle(city.map, palette),
    ...(firstView === null
      ? { bounds: city.bounds as LngLatBoundsLike, fitBoundsOptions: { padding: CITY_PADDING } }
      : { center: [firstView.lng, firstView.lat] as [number, number], zoom: firstView.zoom }),
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
  const canvas = new CarCanvas();
  map.getCanvasContainer().append(canvas.element);
  const motion = new CarMotion();
  let cells = placeCells(page.fleet.get().cells);
  let nextFrame = 0;
  let shownCount = -1;

  const resize = () => canvas.resize(container.clientWidth, container.clientHeight, devicePixelRatio);
  const draw = () => {
    cancelAnimationFrame(nextFrame);
    nextFrame = 0;
    const nowMs = page.now();
    const { cab, follow } = page.selection.get();
    const newest = page.fleet.get().cabs.get(cab ?? '')?.at ?? 0;
    const moving = canvas.draw({
      motion,
      projection: projectionOf(map.getCenter(), map.getZoom(), container.clientWidth, container.clientHeight),
      zoom: map.getZoom(),
      nowMs,
      palette,
      chosen: cab,
      trail: cab === null ? [] : since(page.chosen.trail.get(), newest - TRAIL_MS),
      cells,
      tierOf: page.tiersNow(),
    });
    if (canvas.count !== shownCount) {
      shownCount = canvas.count;
      options.onCount(shownCount);
    }
    if (moving) queueDraw();
    if (follow && cab !== null) keepInMiddle(cab, nowMs);
  };
  const queueDraw = () => {
    if (nextFrame === 0) nextFrame = requestAnimationFrame(draw);
  };

  const keepInMiddle = (id: string, nowMs: number) => {
    const held = motion.get(id);
    if (held === undefined || map.isMoving()) return;
    const center = middleFor(shownAt(held.glide, nowMs), map.getZoom());
    const at = map.project(map.getCenter());
    const to = map.project(center);
    // The camera's own event draws again: without this the map would chase rounding errors for ever.
    if (Math.hypot(to.x - at.x, to.y - at.y) > 0.5) map.jumpTo({ center });
  };
  /** The middle of the map that puts a place in the middle of what the drawer leaves free. */
  const middleFor = ({ x, y }: { x: number; y: number }, zoom: number): [number, number] => {
    const { right, bottom } = covered();
    const pixels = TILE_PIXELS * 2 ** zoom;
    return [mercatorLng(x + right / 2 / pixels), mercatorLat(y + bottom / 2 / pixels)];
  };
  const showCab = (id: string, always: boolean) => {
    const held = motion.get(id);
    if (held === undefined) return;
    const place = canvas.placeOf(id);
    const { right, bottom } = covered();
    const inView =
      place !== null &&
      place.x > EDGE &&
      place.y > EDGE &&
      place.x < container.clientWidth - right - EDGE &&
      place.y < container.clientHeight - bottom - EDGE;
    if (inView && !always) return;
    const zoom = always ? Math.max(map.getZoom(), CLOSE_ENOUGH_ZOOM) : map.getZoom();
    const center = middleFor(shownAt(held.glide, page.now()), zoom);
    map.easeTo({ center, zoom, duration: still.matches ? 0 : CAMERA_MS });
  };

  const onFleet = () => {
    const clock = page.clock.get();
    motion.update(page.fleet.get(), clock?.rate ?? 1, page.now(), !still.matches && !document.hidden);
    cells = placeCells(page.fleet.get().cells);
    queueDraw();
  };
  const onTheme = () => {
    palette = readPalette(document.documentElement);
    if (map.isStyleLoaded()) paintBase(map, palette);
    else map.once('idle', () => paintBase(map, palette));
    queueDraw();
  };
  const onMoved = () => {
    const bounds = map.getBounds();
    const view = {
      west: bounds.getWest(),
      south: bounds.getSouth(),
      east: bounds.getEast(),
      north: bounds.getNorth(),
      zoom: map.getZoom(),
    };
    page.lookAt(view, map.getCenter());
  };
  const onFollow = () => {
    // While it follows, the wheel zooms about the cab and not about the pointer, which would pull the map aside.
    const { follow, cab } = page.selection.get();
    map.scrollZoom.disable();
    map.scrollZoom.enable(follow ? { around: 'center' } : undefined);
    if (follow && cab !== null) showCab(cab, true);
    queueDraw();
  };

  map.on('render', draw);
  map.on('resize', () => {
    resize();
    draw();
  });
  map.on('moveend', onMoved);
  map.on('dragstart', () => page.follow(false));
  map.on('error', (event) => options.onError(event.error.message));
  map.on('click', (event) => {
    const touch = event.originalEvent instanceof PointerEvent && event.originalEvent.pointerType === 'touch';
    page.select(canvas.carAt(event.point.x, event.point.y, touch ? REACH.touch : REACH.mouse)?.id ?? null);
  });
  map.on('mousemove', (event) => {
    const cab = canvas.carAt(event.point.x, event.point.y, REACH.mouse);
    map.getCanvas().style.cursor = cab === null ? '' : 'pointer';
    options.onHover(cab === null ? null : { cab, x: event.point.x, y: event.point.y });
  });
  map.on('mouseout', () => options.onHover(null));
  const ends = [
    page.fleet.subscribe(onFleet),
    page.theme.theme.subscribe(onTheme),
    page.selection.subscribe(onFollow),
    page.chosen.trail.subscribe(queueDraw),
    page.second.subscribe(queueDraw),
  ];
  resize();
  onFleet();
  onMoved();

  return {
    zoomBy: (levels) => map.easeTo({ zoom: map.getZoom() + levels, duration: still.matches ? 0 : CAMERA_MS }),
    showCity() {
      const { right, bottom } = covered();
      const padding = {
        top: CITY_PADDING,
        left: CITY_PADDING,
        right: CITY_PADDING + right,
        bottom: CITY_PADDING + bottom,
      };
      map.fitBounds(city.bounds as LngLatBoundsLike, { padding, duration: still.matches ? 0 : CAMERA_MS });
    },
    showCab,
    close() {
      cancelAnimationFrame(nextFrame);
      for (const end of ends) end();
      map.remove();
    },
  };
}
