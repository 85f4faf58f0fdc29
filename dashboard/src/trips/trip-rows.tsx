import type { TripSummary } from '@rideline/contract';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rowsInView, scrollToRow } from '../list/virtual-rows.ts';
import type { Page } from '../page/page.ts';
import { formatAge, wallAgeMs } from '../time/age.ts';
import { TripMark } from './trip-mark.tsx';
import { groupOf, TRIP_STATE_NAMES } from './trip-store.ts';

/** The same as --row-height in styles/list.css. */
const ROW_HEIGHT = 32;

interface Props {
  readonly page: Page;
  readonly rows: readonly TripSummary[];
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
  readonly onShow: (id: string) => void;
}

/** A grid of which only the rows in view exist. */
export function TripRows({ page, rows, chosen, onChoose, onShow }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 800 });
  const measure = () => {
    const element = box.current;
    if (element !== null) setScroll({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(measure, []);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const chosenRow = chosen === null ? -1 : rows.findIndex(({ tripId }) => tripId === chosen);
  useEffect(() => {
    const element = box.current;
    if (element === null || chosenRow < 0) return;
    const top = scrollToRow(chosenRow, element.scrollTop, element.clientHeight, ROW_HEIGHT, ROW_HEIGHT);
    if (top !== null) element.scrollTop = top;
  }, [chosen, chosenRow < 0]);
  const { first, end } = rowsInView(scroll.top, scroll.height, ROW_HEIGHT, rows.length);
  const clock = page.clock.get();
  const now = page.now();
  return (
    <div ref={box} class="rows" data-empty={rows.length === 0} onScroll={measure}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen, so it is a grid, and its cells are a table's
        role="grid"
        aria-label="Trips"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={chosenRow >= first && chosenRow < end ? `trip-${chosen}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target === event.currentTarget && chosen !== null)
            onShow(chosen);
        }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="head-state">
              <span class="hidden-label">State</span>
            </th>
            <th scope="col" class="head-text">
              Rider
            </th>
            <th scope="col" class="head-text">
              Driver
            </th>
            <th scope="col" class="head-age head-last">
              Since
            </th>
          </tr>
        </thead>
        <tbody>
          <Space height={first * ROW_HEIGHT} />
          {rows.slice(first, end).map((trip, index) => (
            <tr
              key={trip.tripId}
              id={`trip-${trip.tripId}`}
              aria-rowindex={first + index + 2}
              aria-selected={trip.tripId === chosen}
              data-group={groupOf(trip.state)}
              onClick={() => onChoose(trip.tripId)}
              onDblClick={() => onShow(trip.tripId)}
            >
              <td class="row-state" title={TRIP_STATE_NAMES[trip.state]}>
                <TripMark group={groupOf(trip.state)} />
                <span class="hidden-label">{TRIP_STATE_NAMES[trip.state]}</span>
              </td>
              <td class="row-id">{trip.riderId}</td>
              <td class="row-driver">
                {trip.driverId ?? (trip.offers[0] ? `${trip.offers[0].driverId}?` : '–')}
              </td>
              <td class="row-age row-last" title={page.time.exact(trip.requestedAt)}>
                {clock === null ? '–' : formatAge(wallAgeMs(clock, trip.requestedAt, now))}
              </td>
            </tr>
          ))}
          <Space height={(rows.length - end) * ROW_HEIGHT} />
        </tbody>
      </table>
    </div>
  );
}

/** The room of the rows that are not drawn. */
function Space({ height }: { height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row that nothing focuses
  return <tr class="rows-space" aria-hidden="true" style={{ height: `${height}px` }} />;
}
