import { useEffect, useRef, useState } from 'react';
import type { Offer } from '../driver/driver-client.ts';
import { useWords } from '../language/language.ts';
import { metresBetween } from '../location/place.ts';
import type { PlaceNames } from '../map/place-names.ts';
import { useNow } from '../state/use-now.ts';
import { TripPlaces } from '../trip/trip-places.tsx';
import { offerLeftMs, shareLeft } from './offer-time.ts';

interface Props {
  readonly offer: Offer;
  readonly names: PlaceNames;
  readonly serverNow: () => number;
  readonly rate: number;
  /** Resolves when the server has answered; the sheet stays until then. */
  readonly onAnswer: (accept: boolean) => Promise<void>;
}

const TICK_MS = 200;
/** Circumference of the countdown's ring, for a radius of 26. */
const RING = 2 * Math.PI * 26;

/** An offer with its countdown. The server decides: an answer after the window, or after another driver's, is refused. */
export function OfferSheet({ offer, names, serverNow, rate, onAnswer }: Props) {
  const { text, money, distance, duration, secondsLeft } = useWords();
  useNow(TICK_MS);
  const [isAnswering, setAnswering] = useState(false);
  const accept = useRef<HTMLButtonElement>(null);
  const leftMs = offerLeftMs(offer.expiresAt, serverNow(), rate);
  const [firstLeftMs] = useState(leftMs);
  useEffect(() => accept.current?.focus(), []);

  const answer = (isAccepted: boolean) => {
    if (isAnswering) return;
    setAnswering(true);
    onAnswer(isAccepted).finally(() => setAnswering(false));
  };
  const left = secondsLeft(leftMs);

  return (
    <section className="offer" aria-label={text('offer.title')}>
      <header className="offer-head">
        <div>
          <h1>{text('offer.title')}</h1>
          {offer.queued && <p className="muted small">{text('offer.queued')}</p>}
          <p className="amount">{money(offer.fareMinor, offer.currency)}</p>
          <p className="muted small">{text('offer.fare')}</p>
        </div>
        <div className="countdown" role="timer" aria-label={text('offer.left', { seconds: left })}>
          <svg viewBox="0 0 60 60" width="72" height="72" aria-hidden="true">
            <circle className="countdown-track" cx="30" cy="30" r="26" />
            <circle
              className="countdown-left"
              cx="30"
              cy="30"
              r="26"
              strokeDasharray={RING}
              strokeDashoffset={RING * (1 - shareLeft(leftMs, firstLeftMs))}
              transform="rotate(-90 30 30)"
            />
          </svg>
          <span className="countdown-text" aria-hidden="true">
            {Math.ceil(leftMs / 1000)}
          </span>
        </div>
      </header>
      <dl className="facts">
        <div>
          <dt>{text('offer.toPickup')}</dt>
          <dd>
            {duration(offer.etaSeconds)} · {distance(offer.distanceMetres)}
          </dd>
        </div>
        <div>
          <dt>{text('offer.ride')}</dt>
          <dd>{distance(metresBetween(offer.pickup, offer.dropoff))}</dd>
        </div>
      </dl>
      <TripPlaces pickup={offer.pickup} dropoff={offer.dropoff} stops={offer.stops} names={names} />
      <div className="actions">
        <button type="button" className="button large" disabled={isAnswering} onClick={() => answer(false)}>
          {text('offer.decline')}
        </button>
        <button
          ref={accept}
          type="button"
          className="button primary large grow"
          disabled={isAnswering || leftMs === 0}
          onClick={() => answer(true)}
        >
          {text(isAnswering ? 'offer.answering' : 'offer.accept')}
        </button>
      </div>
    </section>
  );
}
