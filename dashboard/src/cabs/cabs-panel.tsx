import type { RefObject } from 'preact';
import type { Cab } from '../feed/fleet-store.ts';
import { SkeletonRows } from '../list/skeleton-rows.tsx';
import type { Page } from '../page/page.ts';
import { useStore } from '../store.ts';
import { SearchIcon } from '../widgets/icons.tsx';
import { Chips } from './cab-chips.tsx';
import type { ListQuery } from './cab-list.ts';
import { CabRows } from './cab-rows.tsx';

interface Props {
  readonly page: Page;
  readonly rows: readonly Cab[];
  readonly query: ListQuery;
  readonly chosen: string | null;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onQuery: (query: ListQuery) => void;
  readonly onChoose: (id: string) => void;
  /** Chosen, and shown in the middle of the map. */
  readonly onShow: (id: string) => void;
}

export function ListPanel({ page, rows, query, chosen, search, onQuery, onChoose, onShow }: Props) {
  const mode = useStore(page.watchMode);
  const { known, cells } = page.fleet.get();
  const chooseFirst = (event: KeyboardEvent) => {
    const first = rows[0];
    if (event.key === 'Enter' && first !== undefined)
      onShow(chosen !== null && rows.some(({ id }) => id === chosen) ? chosen : choosing(first.id));
  };
  const choosing = (id: string) => {
    onChoose(id);
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
            onKeyDown={chooseFirst}
          />
          <kbd>/</kbd>
        </div>
        {cells === null && (
          <Chips page={page} chip={query.chip} onChip={(chip) => onQuery({ ...query, chip })} />
        )}
        {mode === 'view' && (
          <p class="list-note">The fleet is large: the list holds the cabs in the map's view.</p>
        )}
      </div>
      {known ? (
        <CabRows
          page={page}
          rows={rows}
          query={query}
          chosen={chosen}
          onQuery={onQuery}
          onChoose={onChoose}
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

/** Why there is nothing, and what to do about it. */
function Empty({ dense, fleetSize, onClear }: { dense: boolean; fleetSize: number; onClear: () => void }) {
  if (dense)
    return (
      <p class="list-empty">More cabs are in view than can be listed. Zoom in to see them one by one.</p>
    );
  if (fleetSize === 0) return <p class="list-empty">No cab reports. Each appears here with its first fix.</p>;
  return (
    <div class="list-empty">
      <p>No cab matches.</p>
      <button type="button" class="button" onClick={onClear}>
        Show all
      </button>
    </div>
  );
}
