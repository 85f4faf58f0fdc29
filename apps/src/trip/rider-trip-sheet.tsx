import type { FollowView } from '@rideline/sdk/rider';
import { useState } from 'react';
import { english, type TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import { metresBetween } from '../location/place.ts';
import type { PlaceNames } from '../map/place-names.ts';
import type { RiderView } from '../rider/rider-client.ts';
import { useNow } from '../state/use-now.ts';
import { ShareIcon } from '../widgets/icons.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { type FollowedTrip, mayCancel } from './followed-trip.ts';
import { TripPlaces } from './trip-places.tsx';

interface Props {
  readonly view: RiderView;
  readonly follow: FollowView;
  readonly trip: FollowedTrip;
  /** Age of the newest position, ms. */
  readonly ageMs: () => number | null;
  readonly names: PlaceNames;
  readonly onCancel: (reason: string) => Promise<void>;
  readonly onShare: () => Promise<void>;
}

/** The trip while it is open: where the car is, who drives, and what the rider can do. */
export function RiderTripSheet({ view, follow, trip, ageMs, names, onCancel, onShare }: Props) {
  const { text } = useWords();
  const [asks, setAsks] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { pickup, dropoff, driver } = trip;
  const { riderMayEnd, isUnconfirmed } = view;
  const run = (work: Promise<void>) => {
    setBusy(true);
    work.finally(() => setBusy(false));
  };
  return (
    <section aria-label={text(stateKey(trip))}>
      <header className="sheet-head">
        <h1 aria-live="polite">{text(stateKey(trip))}</h1>
        {isSearching(trip) && <span className="searching" aria-hidden="true" />}
        <Ahead follow={follow} trip={trip} />
      </header>
      <Age follow={follow} ageMs={ageMs} />
      {follow.gap !== null && <p className="muted small">{text('rider.trip.gap')}</p>}
      {riderMayEnd && (
        <p className="message bad" role="alert">
          {text('rider.trip.silent')}
        </p>
      )}
      {isUnconfirmed && (
        <p className="message" role="status">
          {text('trip.unconfirmed')}
        </p>
      )}
      {driver !== null && <DriverCard driver={driver} />}
      {pickup !== null && dropoff !== null && (
        <TripPlaces pickup={pickup} dropoff={dropoff} stops={trip.stops} names={names} />
      )}
      <div className="actions">
        {driver !== null && (
          <button type="button" className="button grow" disabled={isBusy} onClick={() => run(onShare())}>
            <ShareIcon />
            {text('rider.trip.share')}
          </button>
        )}
        {mayCancel(trip, riderMayEnd) && (
          <button type="button" className="button grow" disabled={isBusy} onClick={() => setAsks(true)}>
            {text(riderMayEnd ? 'rider.trip.end' : 'trip.cancel')}
          </button>
        )}
      </div>
      {asks && (
        <CancelDialog
          app="rider"
          onClose={() => setAsks(false)}
          onCancel={(key) => run(onCancel(english[key]))}
        />
      )}
    </section>
  );
}

function DriverCard({ driver }: { driver: NonNullable<FollowedTrip['driver']> }) {
  const { text } = useWords();
  // A server that knows the driver by id only gives the id as the name.
  const name = driver.name === '' || driver.name === driver.id ? text('rider.trip.driver') : driver.name;
  return (
    <div className="driver-card">
      <div>
        <strong>{name}</strong>
        {driver.vehicle !== '' && <span className="muted small">{driver.vehicle}</span>}
      </div>
      {driver.plate !== '' && <span className="plate">{driver.plate}</span>}
    </div>
  );
}

/** When the car arrives, or how far it is from where it goes next. */
function Ahead({ follow: { position, etaSeconds }, trip }: { follow: FollowView; trip: FollowedTrip }) {
  const { text, distance, duration } = useWords();
  const { state, pickup, dropoff } = trip;
  if (etaSeconds !== null)
    return <span className="figure">{text('rider.trip.eta', { duration: duration(etaSeconds) })}</span>;
  if (position === null) return null;
  if (state === 'accepted' && pickup !== null)
    return (
      <span className="figure">
        {text('rider.trip.away', { distance: distance(metresBetween(position, pickup)) })}
      </span>
    );
  if ((state === 'in_progress' || state === 'at_stop') && dropoff !== null)
    return (
      <span className="figure">
        {text('rider.trip.toGo', { distance: distance(metresBetween(position, dropoff)) })}
      </span>
    );
  return null;
}

function Age({
  follow: { status, position, trip },
  ageMs,
}: {
  follow: FollowView;
  ageMs: () => number | null;
}) {
  const { text, duration } = useWords();
  useNow(1000);
  if (trip?.driver === null) return null;
  if (position === null) return <p className="muted small">{text('rider.trip.noPosition')}</p>;
  return status !== 'stale' ? null : (
    <p className="message" role="status">
      {text('rider.trip.stale', { age: duration((ageMs() ?? 0) / 1000) })}
    </p>
  );
}

const isSearching = ({ state }: FollowedTrip) => state === 'searching' || state === 'offered';

const stateKey = ({ state }: FollowedTrip): TextKey => {
  const key = `rider.trip.${state}`;
  return key in english ? (key as TextKey) : 'rider.trip.searching';
};
