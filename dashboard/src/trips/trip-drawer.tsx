import type { TripSummary } from '@rideline/contract';
import type { Page } from '../page/page.ts';
import { formatLongAge, wallAgeMs } from '../time/age.ts';
import { useStore } from '../use-store.ts';
import { DrawerHead } from '../widgets/drawer-head.tsx';
import { Fact } from '../widgets/fact.tsx';
import { LoadFailure } from '../widgets/load-failure.tsx';
import { TripActions } from './trip-actions.tsx';
import { actionLabel, CANDIDATE_REASON_LABELS, eventLabel, eventReason } from './trip-labels.ts';
import { TripMark } from './trip-mark.tsx';
import { groupOf, isCurrent, stateLabel } from './trip-store.ts';

interface Props {
  readonly page: Page;
  readonly id: string;
  readonly onClose: () => void;
  readonly onShow: () => void;
  readonly onCab: (id: string) => void;
}

/** Details of the selected trip: state, commands, events, candidates and audit log. */
export function TripDrawer({ page, id, onClose, onShow, onCab }: Props) {
  useStore(page.second);
  const trip = useStore(page.trips.trips).get(id);
  return (
    <aside class="drawer" aria-label={`Trip ${id}`}>
      <DrawerHead title={trip === undefined ? 'Trip' : trip.riderId} onClose={onClose}>
        {trip === undefined ? (
          'Not a current trip'
        ) : (
          <>
            <TripMark group={groupOf(trip.state)} isSilent={trip.attention === 'driver_silent'} />{' '}
            {stateLabel(trip)}
          </>
        )}
      </DrawerHead>
      <div class="drawer-actions">
        <button type="button" class="button" disabled={trip === undefined} onClick={onShow}>
          Show on map
        </button>
      </div>
      {trip !== undefined && <Facts page={page} trip={trip} onCab={onCab} />}
      {trip !== undefined && isCurrent(trip) && <TripActions key={id} page={page} trip={trip} />}
      <Timeline page={page} />
      <Candidates page={page} onCab={onCab} />
      <Audit page={page} />
    </aside>
  );
}

function Facts({ page, trip, onCab }: { page: Page; trip: TripSummary; onCab: (id: string) => void }) {
  const clock = page.clock.get();
  const age = clock === null ? '–' : formatLongAge(wallAgeMs(clock, trip.requestedAt, page.nowMs()));
  const place = ({ lat, lng }: { lat: number; lng: number }) => `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
  const offer = trip.offers[0];
  return (
    <section class="drawer-section" aria-label="Trip">
      <dl class="facts">
        <Fact name="Requested">
          <span title={page.time.exact(trip.requestedAt)}>
            {age} ago <span class="muted">at {page.time.clock(trip.requestedAt)}</span>
          </span>
        </Fact>
        <Fact name="Driver">
          {trip.driverId === null ? (
            'None yet'
          ) : (
            <CabLink
              id={trip.driverId}
              onCab={onCab}
              note={trip.slot === 'queued' ? 'after the current trip' : null}
            />
          )}
        </Fact>
        {offer !== undefined && (
          <Fact name="Offered to">
            <CabLink
              id={offer.driverId}
              onCab={onCab}
              note={`${Math.round(offer.etaSeconds / 60)} min away`}
            />
          </Fact>
        )}
        <Fact name="Pick-up">{place(trip.pickup)}</Fact>
        <Fact name="Drop-off">{place(trip.dropoff)}</Fact>
        {trip.stops.length > 0 && <Fact name="Stops">{trip.stops.length}</Fact>}
        {trip.driverSilentSince !== null && (
          <Fact name="Driver last heard">
            <span title={page.time.exact(trip.driverSilentSince)}>
              {page.time.clock(trip.driverSilentSince)}
            </span>
          </Fact>
        )}
        {trip.reason !== null && <Fact name="Reason">{trip.reason}</Fact>}
        <Fact name="Id">
          <span class="trip-id">{trip.tripId}</span>
        </Fact>
      </dl>
    </section>
  );
}

function CabLink({ id, note, onCab }: { id: string; note: string | null; onCab: (id: string) => void }) {
  return (
    <>
      <button type="button" class="link-button" onClick={() => onCab(id)}>
        {id}
      </button>
      {note !== null && <span class="muted"> {note}</span>}
    </>
  );
}

function Timeline({ page }: { page: Page }) {
  const events = useStore(page.selectedTrip.events);
  return (
    <section class="drawer-section" aria-labelledby="timeline-title">
      <h3 id="timeline-title">Events</h3>
      {events.kind === 'loading' && <p class="muted">Loading the events.</p>}
      {events.kind === 'failed' && (
        <LoadFailure
          what="The events could not be loaded."
          error={events.error}
          onRetry={page.selectedTrip.reload}
        />
      )}
      {events.kind === 'ready' && (
        <ol class="timeline">
          {events.value.map((event) => (
            <li key={event.version}>
              <time title={page.time.exact(event.at)}>{page.time.clock(event.at)}</time>
              <span>
                {eventLabel(event)}
                {eventReason(event) !== null && <span class="muted"> {eventReason(event)}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Candidates({ page, onCab }: { page: Page; onCab: (id: string) => void }) {
  const candidates = useStore(page.selectedTrip.candidates);
  return (
    <section class="drawer-section" aria-labelledby="candidates-title">
      <h3 id="candidates-title">Candidates</h3>
      {candidates.kind === 'loading' && <p class="muted">Loading the candidates.</p>}
      {candidates.kind === 'failed' && (
        <LoadFailure
          what="The candidates could not be loaded."
          error={candidates.error}
          onRetry={page.selectedTrip.reload}
        />
      )}
      {candidates.kind === 'ready' && candidates.value.considered === 0 && (
        <p class="muted">None yet: no available driver was found near the pick-up.</p>
      )}
      {candidates.kind === 'ready' && candidates.value.considered > 0 && (
        <>
          <p class="muted">
            {candidates.value.considered} in total:{' '}
            {Object.entries(candidates.value.byReason)
              .map(
                ([reason, count]) =>
                  `${count} ${CANDIDATE_REASON_LABELS[reason as keyof typeof CANDIDATE_REASON_LABELS].toLowerCase()}`,
              )
              .join(', ')}
            .
          </p>
          <ul class="candidates">
            {candidates.value.drivers.map(({ driverId, reason, etaSeconds }) => (
              <li key={driverId} data-reason={reason}>
                <button type="button" class="link-button" onClick={() => onCab(driverId)}>
                  {driverId}
                </button>
                <span class="candidate-eta">
                  {etaSeconds === null ? '–' : `${Math.max(1, Math.round(etaSeconds / 60))} min`}
                </span>
                <span>{CANDIDATE_REASON_LABELS[reason]}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Audit({ page }: { page: Page }) {
  const audit = useStore(page.selectedTrip.audit);
  if (audit.kind !== 'ready' || audit.value.length === 0) return null;
  return (
    <section class="drawer-section" aria-labelledby="audit-title">
      <h3 id="audit-title">Operator actions</h3>
      <ol class="timeline">
        {audit.value.map(({ at, actor, action, data }) => (
          <li key={`${at}-${action}`}>
            <span>
              {actionLabel(action)} by {actor.id}
              {typeof data.reason === 'string' && <span class="muted"> {data.reason}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
