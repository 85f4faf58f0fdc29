import type { TripSummary } from '@rideline/contract';
import { RowSpacer } from '../list/row-spacer.tsx';
import { useVirtualRows } from '../list/use-virtual-rows.ts';
import type { Page } from '../page/page.ts';
import { formatAge, wallAgeMs } from '../time/age.ts';
import { TripMark } from './trip-mark.tsx';
import { groupOf, stateLabel } from './trip-store.ts';

interface Props {
  readonly page: Page;
  readonly rows: readonly TripSummary[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly onShow: (id: string) => void;
}

/** A grid that renders only the rows in view. */
export function TripRows({ page, rows, selected, onSelect, onShow }: Props) {
  const selectedRow = selected === null ? -1 : rows.findIndex(({ tripId }) => tripId === selected);
  const { box, measure, first, end } = useVirtualRows(rows.length, selected, selectedRow);
  const clock = page.clock.get();
  const nowMs = page.nowMs();
  return (
    <div ref={box} class="rows" data-empty={rows.length === 0} onScroll={measure}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected, so it is a grid, and its cells are a table's
        role="grid"
        aria-label="Trips"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={selectedRow >= first && selectedRow < end ? `trip-${selected}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target === event.currentTarget && selected !== null)
            onShow(selected);
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
          <RowSpacer rows={first} />
          {rows.slice(first, end).map((trip, index) => (
            <tr
              key={trip.tripId}
              id={`trip-${trip.tripId}`}
              aria-rowindex={first + index + 2}
              aria-selected={trip.tripId === selected}
              data-group={groupOf(trip.state)}
              data-silent={trip.attention === 'driver_silent'}
              onClick={() => onSelect(trip.tripId)}
              onDblClick={() => onShow(trip.tripId)}
            >
              <td class="row-state" title={stateLabel(trip)}>
                <TripMark group={groupOf(trip.state)} isSilent={trip.attention === 'driver_silent'} />
                <span class="hidden-label">{stateLabel(trip)}</span>
              </td>
              <td class="row-id">{trip.riderId}</td>
              <td class="row-driver">
                {trip.driverId ?? (trip.offers[0] ? `${trip.offers[0].driverId}?` : '–')}
              </td>
              <td class="row-age row-last" title={page.time.exact(trip.requestedAt)}>
                {clock === null ? '–' : formatAge(wallAgeMs(clock, trip.requestedAt, nowMs))}
              </td>
            </tr>
          ))}
          <RowSpacer rows={rows.length - end} />
        </tbody>
      </table>
    </div>
  );
}
