import type { Cab } from '../feed/fleet-store.ts';
import type { Page } from '../page/page.ts';
import { useStore } from '../store.ts';
import { domainAgeMs, formatLongAge, wallAgeMs } from '../time/age.ts';
import { TRIP_STATE_NAMES, tripOfDriver } from '../trips/trip-store.ts';
import { CloseIcon, FollowIcon } from '../widgets/icons.tsx';
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

/** All about the chosen cab. */
export function Drawer({ page, id, onClose, onShow, onTrip }: Props) {
  useStore(page.second);
  const { follow } = useStore(page.selection);
  const cab = page.fleet.get().cabs.get(id);
  return (
    <aside class="drawer" aria-label={`Cab ${id}`}>
      <header class="drawer-head">
        <div>
          <h2>{id}</h2>
          <p class="drawer-state">
            {cab === undefined ? (
              'Not in the live picture'
            ) : (
              <>
                <StateMark state={cab.state} /> {STATE_NAMES[cab.state]}
              </>
            )}
          </p>
        </div>
        <button type="button" class="icon-button" title="Close (Esc)" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
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
            ? 'No gateway has a position of this cab now. What it sent before is below.'
            : 'Waiting for the first picture of the fleet.'}
        </p>
      ) : (
        <LastFix page={page} cab={cab} />
      )}
      <TripOfCab page={page} id={id} onTrip={onTrip} />
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
        <div>
          <dt>Trip</dt>
          <dd>
            {TRIP_STATE_NAMES[trip.state]},{' '}
            <button type="button" class="link-button" onClick={() => onTrip(trip.tripId)}>
              {trip.riderId}
            </button>
          </dd>
        </div>
      </dl>
    </section>
  );
}

function LastFix({ page, cab }: { page: Page; cab: Cab }) {
  const clock = page.clock.get();
  const now = page.now();
  const age = clock === null ? '–' : formatLongAge(wallAgeMs(clock, cab.at, now));
  const inTrace =
    clock !== null && clock.rate !== 1
      ? `${formatLongAge(domainAgeMs(clock, cab.at, now))} of trace time`
      : null;
  const told = cab.derived ? 'from its last two fixes' : null;
  return (
    <section class="drawer-section" aria-label="Last fix">
      <dl class="facts">
        <Fact name="Last fix" value={`${age} ago`} note={inTrace} />
        <Fact name="At" value={page.time.exact(cab.at)} note={null} />
        <Fact
          name="Speed"
          value={cab.speed === null ? 'Not known' : formatSpeed(cab.speed)}
          note={cab.speed === null ? null : told}
        />
        <Fact
          name="Heading"
          value={
            cab.heading === null
              ? 'Not known'
              : `${Math.round(cab.heading) % 360}° ${compassPoint(cab.heading)}`
          }
          note={cab.heading === null ? null : told}
        />
        <Fact name="Position" value={`${cab.lat.toFixed(5)}, ${cab.lng.toFixed(5)}`} note={null} />
      </dl>
    </section>
  );
}

function Fact({ name, value, note }: { name: string; value: string; note: string | null }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== null && <span class="muted"> {note}</span>}
      </dd>
    </div>
  );
}
