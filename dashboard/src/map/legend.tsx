import { STATE_NAMES, StateMark } from '../cabs/state-mark.tsx';
import type { Page } from '../page/page.ts';
import { ageLimits, formatAge } from '../time/age.ts';
import { isReplay } from '../time/server-clock.ts';
import { TripMark } from '../trips/trip-mark.tsx';
import { GROUPS_ON_MAP } from '../trips/trip-marks.ts';
import { GROUP_NAMES, type TripGroup } from '../trips/trip-store.ts';
import { useStore } from '../use-store.ts';

/** Where the name of the group needs more words beside cabs; `On trip` is the name of a cab's state too. */
const LEGEND_NAMES: Partial<Record<TripGroup, string>> = {
  waiting: 'Rider waiting',
  on_trip: 'Selected ride',
};

const STATES = ['available', 'busy', 'offline'] as const;

/** Explains the marks. In a replay the ages are those of the trace, whatever its speed. */
export function Legend({ page }: { page: Page }) {
  const clock = useStore(page.clock);
  const { fadedMs, ringedMs } = ageLimits(clock);
  const replay = clock !== null && isReplay(clock);
  const dense = useDense(page);
  if (dense) return <p class="legend">Number of cabs in each cell of 0.7 km². Zoom in to see single cabs.</p>;
  return (
    <ul class="legend" aria-label="Legend">
      {STATES.map((state) => (
        <li key={state}>
          <StateMark state={state} />
          {STATE_NAMES[state]}
        </li>
      ))}
      {GROUPS_ON_MAP.map((group) => (
        <li key={group}>
          <TripMark group={group} />
          {LEGEND_NAMES[group] ?? GROUP_NAMES[group]}
        </li>
      ))}
      <li>
        <svg class="mark mark-busy mark-faded" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <circle cx="6" cy="6" r="4.25" />
        </svg>
        older than {ageText(fadedMs)}
      </li>
      <li>
        <svg class="mark mark-busy mark-ringed" viewBox="0 0 18 18" width="18" height="18" aria-hidden="true">
          <circle cx="9" cy="9" r="4.25" />
          <circle class="mark-ring" cx="9" cy="9" r="8" />
        </svg>
        older than {ageText(ringedMs)}
        {replay && ' (trace time)'}
      </li>
    </ul>
  );
}

/** Whether the map shows counts instead of cabs; checked once a second. */
function useDense(page: Page): boolean {
  useStore(page.second);
  return page.fleet.get().cells !== null;
}

/** Below two minutes in seconds: `90 s` is not `1 min`. */
function ageText(ms: number): string {
  return ms < 120_000 ? `${ms / 1000} s` : formatAge(ms);
}
