import type { RefObject } from 'preact';
import type { Cab } from '../feed/fleet-store.ts';
import { SkeletonRows } from '../list/skeleton-rows.tsx';
import type { Page } from '../page/page.ts';
import { useStore } from '../use-store.ts';
import { SearchIcon } from '../widgets/icons.tsx';
import { CabChips } from './cab-chips.tsx';
import type { CabQuery } from './cab-list.ts';
import { CabRows } from './cab-rows.tsx';

interface Props {
  readonly page: Page;
  readonly rows: readonly Cab[];
  readonly query: CabQuery;
  readonly selected: string | null;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onQuery: (query: CabQuery) => void;
  readonly onSelect: (id: string) => void;
  /** Selects the cab and centres the map on it. */
  readonly onShow: (id: string) => void;
}

export function CabsPanel({ page, rows, query, selected, search, onQuery, onSelect, onShow }: Props) {
  const mode = useStore(page.watchMode);
  const { known, cells } = page.fleet.get();
  const selectFirst = (event: KeyboardEvent) => {
    const first = rows[0];
    if (event.key === 'Enter' && first !== undefined)
      onShow(selected !== null && rows.some(({ id }) => id === selected) ? selected : selecting(first.id));
  };
  const selecting = (id: string) => {
    onSelect(id);
    return id;
  };
  return (
    <>
      <div class="list-head">
        <div class="search">
          <SearchIcon />
          <input
            ref={search}
            type="search"
            placeholder="Search cabs"
            aria-label="Search cabs"
            value={query.search}
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => onQuery({ ...query, search: event.currentTarget.value })}
            onKeyDown={selectFirst}
          />
          <kbd>/</kbd>
        </div>
        {cells === null && (
          <CabChips page={page} chip={query.chip} onChip={(chip) => onQuery({ ...query, chip })} />
        )}
        {mode === 'view' && (
          <p class="list-note">The fleet is large: the list shows the cabs in the map view.</p>
        )}
      </div>
      {known ? (
        <CabRows
          page={page}
          rows={rows}
          query={query}
          selected={selected}
          onQuery={onQuery}
          onSelect={onSelect}
          onShow={onShow}
        />
      ) : (
        <SkeletonRows />
      )}
      {known && rows.length === 0 && (
        <Empty
          dense={cells !== null}
          fleetSize={page.fleet.get().cabs.size}
          onClear={() => onQuery({ ...query, search: '', chip: 'all' })}
        />
      )}
    </>
  );
}

/** Why the list is empty, and what to do about it. */
function Empty({ dense, fleetSize, onClear }: { dense: boolean; fleetSize: number; onClear: () => void }) {
  if (dense) return <p class="list-empty">More cabs are in view than can be listed. Zoom in to list them.</p>;
  if (fleetSize === 0)
    return <p class="list-empty">No cab is sending fixes. A cab appears here with its first fix.</p>;
  return (
    <div class="list-empty">
      <p>No cab matches.</p>
      <button type="button" class="button" onClick={onClear}>
        Show all
      </button>
    </div>
  );
}
