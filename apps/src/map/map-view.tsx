import { type RefObject, useEffect, useRef, useState } from 'react';
import { useWords } from '../language/language.ts';
import type { Point } from '../location/place.ts';
import { type City, loadMapData } from './city.ts';
import type { CityMap } from './city-map.ts';
import type { Focus, Scene } from './scene.ts';

interface Props {
  readonly city: City;
  readonly scene: Scene;
  /** The camera moves when this changes; between changes the map belongs to the person. */
  readonly focus: Focus;
  /** What covers the lower part of the map. */
  readonly sheet: RefObject<HTMLElement | null>;
  readonly onCentre?: (centre: Point) => void;
  /** A pin in the middle, with which a person chooses a place. */
  readonly picks?: 'pickup' | 'dropoff' | null;
}

/** The map behind every screen. It is loaded apart: the app works while its 350 KB are on the way, and without WebGL. */
export function MapView({ city, scene, focus, sheet, onCentre, picks = null }: Props) {
  const { text } = useWords();
  const label = text('map.label', { city: city.name });
  const container = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<CityMap | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const report = useRef(onCentre);
  report.current = onCentre;
  const centre = useRef<Point | null>(null);
  const isPicking = picks !== null;

  useEffect(() => {
    const box = container.current;
    if (box === null) return;
    let opened: CityMap | null = null;
    let isClosed = false;
    Promise.all([import('./city-map.ts'), loadMapData(city)])
      .then(([{ CityMap }, data]) => {
        if (isClosed) return;
        opened = new CityMap({
          container: box,
          city,
          data,
          coveredBottom: () => sheet.current?.offsetHeight ?? 0,
          onCentre: (next) => {
            centre.current = next;
            report.current?.(next);
          },
          onError: () => setFailed(true),
        });
        setMap(opened);
      })
      .catch(() => setFailed(true));
    return () => {
      isClosed = true;
      opened?.close();
      setMap(null);
    };
  }, [city, sheet]);

  useEffect(() => map?.setLabel(label), [map, label]);
  useEffect(() => map?.draw(scene), [map, scene]);
  useEffect(() => map?.show(focus), [map, focus]);

  useEffect(() => {
    const covering = sheet.current;
    if (map === null || covering === null || !isPicking) return;
    let height = covering.offsetHeight;
    const observer = new ResizeObserver(() => {
      if (covering.offsetHeight === height) return;
      height = covering.offsetHeight;
      map.sheetResized(centre.current);
    });
    observer.observe(covering);
    return () => observer.disconnect();
  }, [map, sheet, isPicking]);

  return (
    <section className="map" aria-label={label}>
      <div ref={container} className="map-box" />
      {picks !== null && <CentrePin kind={picks} sheet={sheet} />}
      {hasFailed && <p className="map-failure">{text('map.failed')}</p>}
    </section>
  );
}

/** Stands on the map, just above the sheet. */
export function MapCredit({ city }: { city: City }) {
  return <p className="map-credit">{city.credit} · MapLibre</p>;
}

/** Stays in the middle of what the sheet leaves of the map. */
function CentrePin({ kind, sheet }: { kind: 'pickup' | 'dropoff'; sheet: RefObject<HTMLElement | null> }) {
  const pin = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const covering = sheet.current;
    if (covering === null) return;
    const place = () => pin.current?.style.setProperty('--covered', `${covering.offsetHeight}px`);
    const observer = new ResizeObserver(place);
    observer.observe(covering);
    place();
    return () => observer.disconnect();
  }, [sheet]);
  return (
    <div ref={pin} className={`centre-pin map-pin-${kind}`} aria-hidden="true">
      <svg viewBox="0 0 32 32" width="44" height="44" role="presentation">
        <path
          className="map-pin-drop"
          d="M16 2C10 2 5 6.8 5 12.7 5 20.6 16 31 16 31s11-10.4 11-18.3C27 6.8 22 2 16 2z"
        />
        <path
          className="map-pin-inner"
          d={kind === 'dropoff' ? 'M12 8h8v8h-8z' : 'M16 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8z'}
        />
      </svg>
    </div>
  );
}
