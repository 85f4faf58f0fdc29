import { useState } from 'react';
import { english, type TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import { metresBetween } from '../location/place.ts';
import type { PlaceNames } from '../map/place-names.ts';
import type { RiderView } from '../rider/rider-client.ts';
import { useNow } from '../state/use-now.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { carAgeMs, type FollowedTrip, mayCancel } from './followed-trip.ts';
import { TripPlaces } from './trip-places.tsx';

interface Props {
  readonly view: RiderView;
  readonly trip: FollowedTrip;
  readonly names: PlaceNames;
  readonly onCancel: (reason: string) => Promise<void>;
}

/** An older position is marked: the car may be elsewhere. */
export const STALE_MS = 10_000;

/** The trip while it is open: where the car is, who drives, and what the rider can do. */
export function RiderTripSheet({ view, trip, names, onCancel }: Props) {
  const { text } = useWords();
  const [asks, setAsks] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { pickup, dropoff, driver, riderMayEnd } = trip;
  const cancel = (key: TextKey) => {
    setBusy(true);
    onCancel(english[key]).finally(() => setBusy(false));
  };
  return (
    <section aria-label={text(stateKey(trip))}>
      <header className="sheet-head">
        <h1 aria-live="polite">{text(stateKey(trip))}</h1>
        {isSearching(trip) && <span className="searching" aria-hidden="true" />}
        <Ahead trip={trip} />
      </header>
      <Age trip={trip} />
      {view.hasGap && <p className="muted small">{text('rider.trip.gap')}</p>}
      {riderMayEnd && (
        <p className="message bad" role="alert">
          {text('rider.trip.silent')}
        </p>
      )}
      {view.isUnconfirmed && (
        <p className="message" role="status">
          {text('trip.unconfirmed')}
        </p>
      )}
      {driver !== null && <DriverCard driver={driver} />}
      {pickup !== null && dropoff !== null && (
        <TripPlaces pickup={pickup} dropoff={dropoff} stops={[]} names={names} />
      )}
      {mayCancel(trip) && (
        <button type="button" className="button wide" disabled={isBusy} onClick={() => setAsks(true)}>
          {text(riderMayEnd ? 'rider.trip.end' : 'trip.cancel')}
        </button>
      )}
      {asks && <CancelDialog app="rider" onClose={() => setAsks(false)} onCancel={cancel} />}
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

/** How far the car is from where it goes next. */
function Ahead({ trip: { car, state, pickup, dropoff } }: { trip: FollowedTrip }) {
  const { text, distance } = useWords();
  if (car === null) return null;
  if (state === 'accepted' && pickup !== null)
    return (
      <span className="figure">
        {text('rider.trip.away', { distance: distance(metresBetween(car, pickup)) })}
      </span>
    );
  if ((state === 'in_progress' || state === 'at_stop') && dropoff !== null)
    return (
      <span className="figure">
        {text('rider.trip.toGo', { distance: distance(metresBetween(car, dropoff)) })}
      </span>
    );
  return null;
}

function Age({ trip: { car, driver } }: { trip: FollowedTrip }) {
  const { text, duration } = useWords();
  const now = useNow(1000);
  if (driver === null) return null;
  if (car === null) return <p className="muted small">{text('rider.trip.noPosition')}</p>;
  const ageMs = carAgeMs(car, now);
  return ageMs < STALE_MS ? null : (
    <p className="message" role="status">
      {text('rider.trip.stale', { age: duration(ageMs / 1000) })}
    </p>
  );
}

const isSearching = ({ state }: FollowedTrip) => state === 'searching' || state === 'offered';

const stateKey = ({ state }: FollowedTrip): TextKey => {
  const key = `rider.trip.${state}`;
  return key in english ? (key as TextKey) : 'rider.trip.searching';
};
