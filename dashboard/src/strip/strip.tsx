import { StateMark } from '../cabs/state-mark.tsx';
import type { Page } from '../page/page.ts';
import { formatLatency } from '../time/age.ts';
import { TripMark } from '../trips/trip-mark.tsx';
import { countGroups } from '../trips/trip-store.ts';
import { useStore } from '../use-store.ts';
import { HelpIcon, LeaveIcon, MoonIcon, SunIcon } from '../widgets/icons.tsx';
import { Clock } from './clock.tsx';
import { ConnectionState } from './connection-state.tsx';
import { HealthBadge } from './health-badge.tsx';
import { Sparkline } from './sparkline.tsx';
import { Stat } from './stat.tsx';

/** Counts older than this are shown muted. */
const STALE_MS = 3000;

function isStale(page: Page): boolean {
  const frameAtMs = page.frameAtMs.get();
  return (
    page.connection.link.get().kind !== 'live' || frameAtMs === null || page.nowMs() - frameAtMs > STALE_MS
  );
}

function waitingNow(page: Page): string {
  const groups = countGroups(page.trips.trips.get());
  return String(groups.waiting + groups.offered);
}

/** Health and load of the system in one line. Rendered once a second. */
export function Strip({ page, onHelp }: { page: Page; onHelp: () => void }) {
  useStore(page.second);
  const theme = useStore(page.theme.theme);
  const { counts } = page.fleet.get();
  const rates = page.rates.get();
  return (
    <header class="strip" data-stale={isStale(page)}>
      <span class="brand">Rideline</span>
      <Clock page={page} />
      <ConnectionState page={page} />
      <Stat label="Fixes" wide title="Fixes accepted by the gateways, over the last minute">
        {counts === null ? null : `${Math.round(counts.fixesPerSecond)}/s`}
        <Sparkline samples={rates} />
      </Stat>
      <Stat
        label="Age p99"
        title="99 of 100 fixes were younger than this when they reached the gateway (wall time)"
      >
        {counts === null || counts.fixesPerSecond === 0 ? null : formatLatency(counts.ageP99Ms)}
      </Stat>
      <Stat label="Waiting" mark={<TripMark group="waiting" />} title="Riders without a driver">
        {page.trips.state.get().kind === 'loading' ? null : waitingNow(page)}
      </Stat>
      <Stat label="On trip" mark={<StateMark state="busy" />}>
        {counts?.busy}
      </Stat>
      <Stat label="Available" mark={<StateMark state="available" />}>
        {counts?.available}
      </Stat>
      <Stat label="Offline" mark={<StateMark state="offline" />}>
        {counts?.offline}
      </Stat>
      <span class="strip-end">
        <HealthBadge page={page} />
        <button
          type="button"
          class="icon-button"
          title={theme === 'dark' ? 'Light colours' : 'Dark colours'}
          aria-label={theme === 'dark' ? 'Light colours' : 'Dark colours'}
          onClick={page.theme.toggle}
        >
          {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
        </button>
        <button
          type="button"
          class="icon-button"
          title="Keyboard shortcuts (?)"
          aria-label="Keyboard shortcuts"
          onClick={onHelp}
        >
          <HelpIcon />
        </button>
        <button
          type="button"
          class="icon-button"
          title={`Sign out ${page.session.id}`}
          aria-label={`Sign out ${page.session.id}`}
          onClick={() => page.signOut(null)}
        >
          <LeaveIcon />
        </button>
      </span>
    </header>
  );
}
