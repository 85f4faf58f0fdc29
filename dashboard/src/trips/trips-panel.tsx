import type { TripSummary } from '@rideline/contract';
import type { RefObject } from 'preact';
import { SkeletonRows } from '../list/skeleton-rows.tsx';
import type { Page } from '../page/page.ts';
import { useStore } from '../use-store.ts';
import { SearchIcon } from '../widgets/icons.tsx';
import { LoadFailure } from '../widgets/load-failure.tsx';
import type { TripChip, TripQuery } from './trip-list.ts';
import { TripMark } from './trip-mark.tsx';
import { TripRows } from './trip-rows.tsx';
import { countGroups, GROUP_NAMES, type TripGroup } from './trip-store.ts';

interface Props {
  readonly page: Page;
  readonly rows: readonly TripSummary[];
  readonly query: TripQuery;
  readonly selected: string | null;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onQuery: (query: TripQuery) => void;
  readonly onSelect: (id: string) => void;
  readonly onShow: (id: string) => void;
}

const GROUPS = Object.keys(GROUP_NAMES) as TripGroup[];

/** Search, filters and rows of the trips. */
export function TripsPanel({ page, rows, query, selected, search, onQuery, onSelect, onShow }: Props) {
  const state = useStore(page.trips.state);
  const trips = page.trips.trips.get();
  const counts = countGroups(trips);
  const chips: readonly (readonly [TripChip, string, number])[] = [
    ['all', 'All', trips.size],
    ...GROUPS.map((group) => [group, GROUP_NAMES[group], counts[group]] as const),
  ];
  return (
    <>
      <div class="list-head">
        <div class="search">
          <SearchIcon />
          <input
            ref={search}
            type="search"
            placeholder="Search trips, riders, drivers"
            aria-label="Search trips, riders, drivers"
            value={query.search}
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => onQuery({ ...query, search: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && rows[0]) onShow(rows[0].tripId);
            }}
          />
          <kbd>/</kbd>
        </div>
        <fieldset class="chips" aria-label="Filter by state">
          {chips.map(([value, name, count]) => (
            <button
              key={value}
              type="button"
              class="chip"
              aria-pressed={query.chip === value}
              onClick={() => onQuery({ ...query, chip: value })}
            >
              {value !== 'all' && <TripMark group={value} />}
              {name} <span class="chip-count">{count}</span>
            </button>
          ))}
        </fieldset>
        {state.kind === 'failed' && (
          <LoadFailure
            what="The trips could not be loaded."
            error={state.error}
            onRetry={page.trips.reload}
          />
        )}
      </div>
      {state.kind === 'loading' && trips.size === 0 ? (
        <SkeletonRows />
      ) : (
        <TripRows page={page} rows={rows} selected={selected} onSelect={onSelect} onShow={onShow} />
      )}
      {state.kind !== 'loading' && rows.length === 0 && (
        <div class="list-empty">
          <p>{trips.size === 0 ? 'There are no open trips.' : 'No trip matches.'}</p>
          {trips.size > 0 && (
            <button type="button" class="button" onClick={() => onQuery({ search: '', chip: 'all' })}>
              Show all
            </button>
          )}
        </div>
      )}
    </>
  );
}
