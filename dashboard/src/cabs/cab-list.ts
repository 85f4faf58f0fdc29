import type { FleetState } from '@rideline/contract';
import type { Cab } from '../feed/fleet-store.ts';
import type { AgeTier } from '../time/age.ts';

export type SortColumn = 'state' | 'id' | 'age' | 'speed';
export type CabChip = 'all' | FleetState | 'stale';

export interface CabQuery {
  readonly search: string;
  readonly chip: CabChip;
  readonly column: SortColumn;
  readonly descending: boolean;
}

export const INITIAL_CAB_QUERY: CabQuery = { search: '', chip: 'all', column: 'id', descending: false };

const STATE_ORDER: Readonly<Record<FleetState, number>> = { available: 0, busy: 1, offline: 2 };

/** The cabs that the list shows, in its order. Ties are ordered by id, so that rows keep their place from tick to tick. */
export function listCabs(cabs: Iterable<Cab>, query: CabQuery, tierOf: (cab: Cab) => AgeTier): Cab[] {
  const search = query.search.trim().toLowerCase();
  const rows: Cab[] = [];
  for (const cab of cabs) {
    if (search !== '' && !cab.id.toLowerCase().includes(search)) continue;
    if (isIn(cab, query.chip, tierOf)) rows.push(cab);
  }
  const sign = query.descending ? -1 : 1;
  return rows.sort((a, b) => sign * compare(a, b, query.column) || (a.id < b.id ? -1 : 1));
}

function isIn(cab: Cab, chip: CabChip, tierOf: (cab: Cab) => AgeTier): boolean {
  switch (chip) {
    case 'all':
      return true;
    case 'stale':
      // An offline cab sends no fixes; stale means that a cab should be sending fixes and is not.
      return cab.state !== 'offline' && tierOf(cab) > 0;
    default:
      return cab.state === chip;
  }
}

function compare(a: Cab, b: Cab, column: SortColumn): number {
  switch (column) {
    case 'state':
      return STATE_ORDER[a.state] - STATE_ORDER[b.state];
    case 'id':
      return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
    case 'age':
      return b.at - a.at;
    case 'speed':
      return (a.speed ?? -1) - (b.speed ?? -1);
  }
}

/** Another column starts in its natural order; the same column is reversed. */
export function sortedBy(query: CabQuery, column: SortColumn): CabQuery {
  if (query.column === column) return { ...query, descending: !query.descending };
  return { ...query, column, descending: column === 'age' || column === 'speed' };
}

/** The id that a step from `from` leads to; steps stop at the ends. Without a selection the first step goes to the first or last row. */
export function stepFrom(
  rows: readonly { readonly id: string }[],
  from: string | null,
  step: 'next' | 'previous' | 'first' | 'last',
): string | null {
  const at = from === null ? -1 : rows.findIndex(({ id }) => id === from);
  const last = rows.length - 1;
  switch (step) {
    case 'first':
      return rows[0]?.id ?? null;
    case 'last':
      return rows[last]?.id ?? null;
    case 'next':
      return rows[Math.min(last, at + 1)]?.id ?? null;
    case 'previous':
      return rows[at === -1 ? last : Math.max(0, at - 1)]?.id ?? null;
  }
}
