import { useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from '../page/page.ts';
import { useStore } from '../use-store.ts';
import { CityIcon, MinusIcon, PlusIcon } from '../widgets/icons.tsx';
import type { FleetMap, Hover } from './fleet-map.ts';
import { HoverCard } from './hover-card.tsx';
import { Legend } from './legend.tsx';

interface Props {
  readonly page: Page;
  readonly map: { current: FleetMap | null };
  readonly narrow: boolean;
}

/** The drawer covers part of the map: its width, and its share of the height on narrow screens (styles/narrow.css). */
const DRAWER_PIXELS = 360;
const DRAWER_SHARE = 0.5;

export function MapView({ page, map, narrow }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [count, setCount] = useState(0);
  const isNarrow = useRef(narrow);
  isNarrow.current = narrow;

  useEffect(() => {
    if (container.current === null) return;
    const box = container.current;
    let closed = false;
    // A separate chunk: strip and list are shown while the map's 350 KB still load.
    import('./fleet-map.ts')
      .then(({ FleetMap }) => {
        if (closed) return;
        map.current = new FleetMap({
          container: box,
          page,
          covered: () => {
            const { cab, trip } = page.selection.get();
            if (cab === null && trip === null) return { right: 0, bottom: 0 };
            if (!isNarrow.current) return { right: DRAWER_PIXELS, bottom: 0 };
            return { right: 0, bottom: box.clientHeight * DRAWER_SHARE };
          },
          onHover: setHover,
          onError: setFailure,
          onCount: setCount,
        });
      })
      .catch((error: Error) => setFailure(error.message));
    return () => {
      closed = true;
      map.current?.close();
      map.current = null;
    };
  }, [page]);

  return (
    <main class="map" aria-label={`Map with ${count} cabs in view`}>
      <div ref={container} class="map-box" />
      {failure === null ? (
        <fieldset class="map-tools" aria-label="Map view">
          <button
            type="button"
            class="icon-button"
            title="Zoom in"
            aria-label="Zoom in"
            onClick={() => map.current?.camera.zoomBy(1)}
          >
            <PlusIcon />
          </button>
          <button
            type="button"
            class="icon-button"
            title="Zoom out"
            aria-label="Zoom out"
            onClick={() => map.current?.camera.zoomBy(-1)}
          >
            <MinusIcon />
          </button>
          <button
            type="button"
            class="icon-button"
            title="Whole city"
            aria-label="Whole city"
            onClick={() => map.current?.camera.showCity()}
          >
            <CityIcon />
          </button>
        </fieldset>
      ) : (
        <p class="map-failure" role="alert">
          The map cannot be drawn: {failure} The list works without it.
        </p>
      )}
      <EmptyCity page={page} />
      <div class="map-foot">
        <Legend page={page} />
        <p class="credit">{page.city.credit} · MapLibre</p>
      </div>
      {hover !== null && <HoverCard page={page} hover={hover} />}
    </main>
  );
}

function EmptyCity({ page }: { page: Page }) {
  useStore(page.second);
  const { known, cabs, cells } = page.fleet.get();
  if (!known || cabs.size > 0 || cells !== null) return null;
  return <p class="map-empty">No cab in {page.city.name} is sending fixes.</p>;
}
