import type { Cab } from '../feed/fleet-store.ts';
import type { Page } from '../page/page.ts';
import { domainAgeMs, formatLongAge, wallAgeMs } from '../time/age.ts';
import { TRIP_STATE_NAMES, tripOfDriver } from '../trips/trip-store.ts';
import { useStore } from '../use-store.ts';
import { DrawerHead } from '../widgets/drawer-head.tsx';
import { Fact } from '../widgets/fact.tsx';
import { FollowIcon } from '../widgets/icons.tsx';
import { HealthSection } from './health-section.tsx';
import { LedgerSection } from './ledger-section.tsx';
import { compassPoint, formatSpeed } from './movement.ts';
import { STATE_NAMES, StateMark } from './state-mark.tsx';
import { TrailSection } from './trail-section.tsx';

interface Props {
  readonly page: Page;
  readonly id: string;
  readonly onClose: () => void;
  readonly onShow: () => void;
  readonly onTrip: (id: string) => void;
}

/** Details of the selected cab. */
export function CabDrawer({ page, id, onClose, onShow, onTrip }: Props) {
  useStore(page.second);
  const { follow } = useStore(page.selection);
  const cab = page.fleet.get().cabs.get(id);
  return (
    <aside class="drawer" aria-label={`Cab ${id}`}>
      <DrawerHead title={id} onClose={onClose}>
        {cab === undefined ? (
          'Not on the live map'
        ) : (
          <>
            <StateMark state={cab.state} /> {STATE_NAMES[cab.state]}
          </>
        )}
      </DrawerHead>
      <div class="drawer-actions">
        <button
          type="button"
          class="button"
          aria-pressed={follow}
          title="f"
          disabled={cab === undefined}
          onClick={() => page.follow(!follow)}
        >
          <FollowIcon />
          {follow ? 'Following' : 'Follow'}
        </button>
        <button type="button" class="button" disabled={cab === undefined} onClick={onShow}>
          Show on map
        </button>
      </div>
      {cab === undefined ? (
        <p class="drawer-note">
          {page.fleet.get().known
            ? 'No gateway has a current position of this cab. Its earlier fixes are below.'
            : 'Waiting for the first fleet frame.'}
        </p>
      ) : (
        <LastFix page={page} cab={cab} />
      )}
      <TripOfCab page={page} id={id} onTrip={onTrip} />
      <HealthSection page={page} />
      <TrailSection page={page} />
      <LedgerSection page={page} />
    </aside>
  );
}

function TripOfCab({ page, id, onTrip }: { page: Page; id: string; onTrip: (id: string) => void }) {
  const trip = tripOfDriver(useStore(page.trips.trips), id);
  if (trip === null) return null;
  return (
    <section class="drawer-section" aria-label="Trip">
      <dl class="facts">
        <Fact name="Trip">
          {TRIP_STATE_NAMES[trip.state]},{' '}
          <button type="button" class="link-button" onClick={() => onTrip(trip.tripId)}>
            {trip.riderId}
          </button>
        </Fact>
      </dl>
    </section>
  );
}

function LastFix({ page, cab }: { page: Page; cab: Cab }) {
  const clock = page.clock.get();
  const nowMs = page.nowMs();
  const age = clock === null ? '–' : formatLongAge(wallAgeMs(clock, cab.at, nowMs));
  const inTrace =
    clock !== null && clock.rate !== 1
      ? `${formatLongAge(domainAgeMs(clock, cab.at, nowMs))} of trace time`
      : null;
  const source = cab.derived ? 'derived from the last two fixes' : null;
  return (
    <section class="drawer-section" aria-label="Last fix">
      <dl class="facts">
        <Fact name="Last fix" note={inTrace}>
          {age} ago
        </Fact>
        <Fact name="Fix time">{page.time.exact(cab.at)}</Fact>
        <Fact name="Speed" note={cab.speed === null ? null : source}>
          {cab.speed === null ? 'Unknown' : formatSpeed(cab.speed)}
        </Fact>
        <Fact name="Heading" note={cab.heading === null ? null : source}>
          {cab.heading === null
            ? 'Unknown'
            : `${Math.round(cab.heading) % 360}° ${compassPoint(cab.heading)}`}
        </Fact>
        <Fact name="Position">
          {cab.lat.toFixed(5)}, {cab.lng.toFixed(5)}
        </Fact>
      </dl>
    </section>
  );
}
