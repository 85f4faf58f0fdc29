import { useState } from 'react';
import type { DriverView, Trip, TripAction } from '../driver/driver-client.ts';
import { nextPoint } from '../driver/driver-scene.ts';
import { english, type TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import { metresBetween } from '../location/place.ts';
import type { PlaceNames } from '../map/place-names.ts';
import { Dialog } from '../widgets/dialog.tsx';
import { EyeIcon } from '../widgets/icons.tsx';
import { CancelDialog } from './cancel-dialog.tsx';
import { mainAction } from './driver-actions.ts';
import { TripPlaces } from './trip-places.tsx';

interface Props {
  readonly view: DriverView;
  readonly trip: Trip;
  readonly queued: Trip | null;
  /** How many follow the ride. */
  readonly watchers: number;
  readonly names: PlaceNames;
  readonly onCommand: (action: TripAction, reason?: string) => Promise<void>;
}

/** Farther from the destination than this, ending the ride asks once more. */
const ENDS_HERE_METRES = 300;

/** The ride: where to go, the next step as one large button, and what else may happen. */
export function DriverTripSheet({ view, trip, queued, watchers, names, onCommand }: Props) {
  const { text, distance } = useWords();
  const [isBusy, setBusy] = useState(false);
  const [asks, setAsks] = useState<'cancel' | 'complete' | null>(null);
  const { place } = view;
  const target = nextPoint(trip);
  const metres = place === null || target === null ? null : metresBetween(place, target);

  const run = (action: TripAction, reason?: string) => {
    if (isBusy) return;
    setBusy(true);
    onCommand(action, reason).finally(() => setBusy(false));
  };
  const action = mainAction(trip);
  const runMain = () => {
    if (action === null) return;
    if (action === 'complete' && metres !== null && metres > ENDS_HERE_METRES) setAsks('complete');
    else run(action);
  };

  return (
    <section className="trip" aria-label={text(stateKey(trip))}>
      <header className="sheet-head">
        <h1>{text(stateKey(trip))}</h1>
        {metres !== null && trip.state !== 'arrived' && <span className="figure">{distance(metres)}</span>}
      </header>
      {view.isUnconfirmed && (
        <p className="message" role="status">
          {text('trip.unconfirmed')}
        </p>
      )}
      {trip.pickup && trip.dropoff && (
        <TripPlaces pickup={trip.pickup} dropoff={trip.dropoff} stops={trip.stops ?? []} names={names} />
      )}
      {watchers > 0 && (
        <p className="watchers muted small">
          <EyeIcon />
          {text(watchers === 1 ? 'driver.trip.watchers.one' : 'driver.trip.watchers.other', {
            count: watchers,
          })}
        </p>
      )}
      {queued?.pickup && (
        <p className="muted small">{text('trip.queued', { place: names.nameOf(queued.pickup) })}</p>
      )}
      {action !== null && (
        <button type="button" className="button primary large wide" disabled={isBusy} onClick={runMain}>
          {text(ACTION_KEYS[action] ?? 'action.done')}
        </button>
      )}
      <div className="actions minor">
        {target !== null && trip.state !== 'arrived' && (
          <a className="button" href={`geo:${target.lat},${target.lng}?q=${target.lat},${target.lng}`}>
            {text('driver.trip.navigate')}
          </a>
        )}
        {trip.state === 'in_progress' && action !== 'stop_reached' && (
          <button type="button" className="button" disabled={isBusy} onClick={() => run('pause')}>
            {text('driver.trip.pause')}
          </button>
        )}
        {trip.state === 'arrived' && (
          <button type="button" className="button" disabled={isBusy} onClick={() => run('no_show')}>
            {text('driver.trip.noShow')}
          </button>
        )}
        {(trip.state === 'accepted' || trip.state === 'arrived') && (
          <button type="button" className="button" disabled={isBusy} onClick={() => setAsks('cancel')}>
            {text('trip.cancel')}
          </button>
        )}
      </div>
      {asks === 'cancel' && (
        <CancelDialog
          app="driver"
          onClose={() => setAsks(null)}
          onCancel={(key) => run('cancel', english[key])}
        />
      )}
      {asks === 'complete' && metres !== null && (
        <Dialog title={text('driver.trip.complete.title')} onClose={() => setAsks(null)}>
          <p>{text('driver.trip.complete.text', { distance: distance(metres) })}</p>
          <div className="actions">
            <button type="button" className="button grow" onClick={() => setAsks(null)}>
              {text('action.back')}
            </button>
            <button
              type="button"
              className="button primary grow"
              onClick={() => {
                setAsks(null);
                run('complete');
              }}
            >
              {text('driver.trip.complete')}
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

const ACTION_KEYS: Partial<Record<TripAction, TextKey>> = {
  arrived: 'driver.trip.arrive',
  start: 'driver.trip.start',
  stop_reached: 'driver.trip.stopReached',
  resume: 'driver.trip.resume',
  complete: 'driver.trip.complete',
};

const stateKey = ({ state }: Trip): TextKey => {
  const key = `driver.trip.${state}`;
  return key in english ? (key as TextKey) : 'driver.trip.accepted';
};
