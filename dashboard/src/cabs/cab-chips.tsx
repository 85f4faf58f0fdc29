import type { VNode } from 'preact';
import type { Fleet } from '../feed/fleet-store.ts';
import { countStates } from '../feed/fleet-store.ts';
import type { Page } from '../page/page.ts';
import type { CabChip } from './cab-list.ts';
import { STATE_NAMES, StateMark } from './state-mark.tsx';

interface Props {
  readonly page: Page;
  readonly chip: CabChip;
  readonly onChip: (chip: CabChip) => void;
}

/** Filters by state, or by cabs that should be sending fixes and are not (stale). */
export function CabChips({ page, chip, onChip }: Props) {
  const { cabs } = page.fleet.get();
  const counts = countStates(cabs.values());
  const chips: readonly (readonly [CabChip, string, number, VNode | null])[] = [
    ['all', 'All', cabs.size, null],
    ['available', STATE_NAMES.available, counts.available, <StateMark state="available" />],
    ['busy', STATE_NAMES.busy, counts.busy, <StateMark state="busy" />],
    ['offline', STATE_NAMES.offline, counts.offline, <StateMark state="offline" />],
    ['stale', 'Stale', countStale(page, cabs), null],
  ];
  return (
    <fieldset class="chips" aria-label="Filter by state">
      {chips.map(([value, name, count, mark]) => (
        <button
          key={value}
          type="button"
          class="chip"
          aria-pressed={chip === value}
          onClick={() => onChip(value)}
        >
          {mark}
          {name} <span class="chip-count">{count}</span>
        </button>
      ))}
    </fieldset>
  );
}

function countStale(page: Page, cabs: Fleet['cabs']): number {
  let count = 0;
  const tierOf = page.tiersNow();
  for (const cab of cabs.values()) if (cab.state !== 'offline' && tierOf(cab) > 0) count += 1;
  return count;
}
