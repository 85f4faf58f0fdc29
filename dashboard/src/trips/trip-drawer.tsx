import type { TripSummary } from '@rideline/contract';
import type { Page } from '../page/page.ts';
import { useStore } from '../store.ts';
import { formatLongAge, wallAgeMs } from '../time/age.ts';
import { CloseIcon } from '../widgets/icons.tsx';
import { Failed } from '../widgets/load-failure.tsx';
import { TripActions } from './trip-actions.tsx';
import { eventReason, eventWords, REASON_WORDS } from './trip-labels.ts';
import { TripMark } from './trip-mark.tsx';
import { groupOf, hasEnded, TRIP_STATE_NAMES } from './trip-store.ts';

interface Props {
  readonly page: Page;
  readonly id: string;
  readonly onClose: () => void;
  readonly onShow: () => void;
  readonly onCab: (id: string) => void;
}

/** All about the chosen trip: where it stands, what happened, who was considered, and what may be done. */
export function TripDrawer({ page, id, onClose, onShow, onCab }: Props) {
  useStore(page.second);
  const trip = useStore(page.trips.trips).get(id);
  return (
    <aside class="drawer" aria-label={`Trip ${id}`}>
      <header class="drawer-head">
        <div>
          <h2>{trip === undefined ? 'Trip' : trip.riderId}</h2>
          <p class="drawer-state">
            {trip === undefined ? (
              'Not among the trips of now'
            ) : (
              <>
                <TripMark group={groupOf(trip.state)} /> {TRIP_STATE_NAMES[trip.state]}
              </>
            )}
          </p>
        </div>
        <button type="button" class="icon-button" title="Close (Esc)" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      <div class="drawer-actions">
        <button type="button" class="button" disabled={trip === undefined} onClick={onShow}>
          Show on map
        </button>
      </div>
      {trip !== undefined && <Facts page={page} trip={trip} onCab={onCab} />}
      {trip !== undefined && !hasEnded(trip) && <TripActions key={id} page={page} trip={trip} />}
      <Timeline page={page} />
      <Candidates page={page} onCab={onCab} />
      <Audit page={page} />
    </aside>
  );
}

function Facts({ page, trip, onCab }: { page: Page; trip: TripSummary; onCab: (id: string) => void }) {
  const clock = page.clock.get();
  const age = clock === null ? '–' : formatLongAge(wallAgeMs(clock, trip.requestedAt, page.now()));
  const place = ({ lat, lng }: { lat: number; lng: number }) => `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
  const asked = trip.offers[0];
  return (
    <section class="drawer-section" aria-label="Trip">
      <dl class="facts">
        <Fact name="Asked for">
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
              note={trip.slot === 'queued' ? 'after his ride' : null}
            />
          )}
        </Fact>
        {asked !== undefined && (
          <Fact name="Offer to">
            <CabLink
              id={asked.driverId}
              onCab={onCab}
              note={`${Math.round(asked.etaSeconds / 60)} min away`}
            />
          </Fact>
        )}
        <Fact name="Pick-up">{place(trip.pickup)}</Fact>
        <Fact name="Drop-off">{place(trip.dropoff)}</Fact>
        {trip.stops.length > 0 && <Fact name="Stops">{trip.stops.length}</Fact>}
        {trip.reason !== null && <Fact name="Reason">{trip.reason}</Fact>}
        <Fact name="Id">
          <span class="trip-id">{trip.tripId}</span>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
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
  const events = useStore(page.chosenTrip.events);
  return (
    <section class="drawer-section" aria-labelledby="timeline-title">
      <h3 id="timeline-title">What happened</h3>
      {events.kind === 'loading' && <p class="muted">Reading the events.</p>}
      {events.kind === 'failed' && (
        <Failed what="The events could not be read." error={events.error} onRetry={page.chosenTrip.reload} />
      )}
      {events.kind === 'ready' && (
        <ol class="timeline">
          {events.value.map((event) => (
            <li key={event.version}>
              <time title={page.time.exact(event.at)}>{page.time.clock(event.at)}</time>
              <span>
                {eventWords(event)}
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
  const candidates = useStore(page.chosenTrip.candidates);
  return (
    <section class="drawer-section" aria-labelledby="candidates-title">
      <h3 id="candidates-title">Drivers considered</h3>
      {candidates.kind === 'loading' && <p class="muted">Reading who was considered.</p>}
      {candidates.kind === 'failed' && (
        <Failed
          what="Who was considered could not be read."
          error={candidates.error}
          onRetry={page.chosenTrip.reload}
        />
      )}
      {candidates.kind === 'ready' && candidates.value.considered === 0 && (
        <p class="muted">Nobody yet: no free driver was found near the pick-up.</p>
      )}
      {candidates.kind === 'ready' && candidates.value.considered > 0 && (
        <>
          <p class="muted">
            {candidates.value.considered} in all:{' '}
            {Object.entries(candidates.value.byReason)
              .map(
                ([reason, count]) =>
                  `${count} ${REASON_WORDS[reason as keyof typeof REASON_WORDS].toLowerCase()}`,
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
                <span>{REASON_WORDS[reason]}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Audit({ page }: { page: Page }) {
  const audit = useStore(page.chosenTrip.audit);
  if (audit.kind !== 'ready' || audit.value.length === 0) return null;
  return (
    <section class="drawer-section" aria-labelledby="audit-title">
      <h3 id="audit-title">Done by operators</h3>
      <ol class="timeline">
        {audit.value.map(({ at, actor, action, data }) => (
          <li key={`${at}-${action}`}>
            <span>
              {action === 'trip.cancel' ? 'Cancelled' : 'Reassigned'} by {actor.id}
              {typeof data.reason === 'string' && <span class="muted"> {data.reason}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
