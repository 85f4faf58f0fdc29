import type { RestClient } from '@rideline/sdk/rider';
import { useEffect, useState } from 'react';
import { errorText } from '../account/errors.ts';
import type { TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import type { Point } from '../location/place.ts';
import type { City } from '../map/city.ts';
import type { PlaceNames } from '../map/place-names.ts';
import { TripPlaces } from '../trip/trip-places.tsx';
import { BackIcon } from '../widgets/icons.tsx';
import { type Quote, readQuotes, type Tier } from './fares.ts';
import { bestPromotion, type Home } from './home.ts';
import type { Plan } from './plan.ts';

interface PointSheetProps {
  readonly plan: Extract<Plan, { step: 'pickup' | 'dropoff' }>;
  readonly city: City;
  readonly names: PlaceNames;
  readonly centre: Point | null;
  /** null: not known yet. */
  readonly home: Home | null;
  readonly isTooClose: boolean;
  readonly onPlace: (place: Point) => void;
  readonly onConfirm: () => void;
  readonly onBack: () => void;
}

/** The pick-up or the destination: the map below the pin, or one of the city's places. */
export function PointSheet(props: PointSheetProps) {
  const { plan, city, names, centre, home, isTooClose, onPlace, onConfirm, onBack } = props;
  const { text } = useWords();
  const { step } = plan;
  return (
    <section aria-label={text(`rider.plan.${step}`)}>
      <header className="sheet-head">
        {step === 'dropoff' && (
          <button type="button" className="icon-button" aria-label={text('action.back')} onClick={onBack}>
            <BackIcon />
          </button>
        )}
        <h1>{text(`rider.plan.${step}`)}</h1>
      </header>
      <p className="pin-at" aria-live="polite">
        {centre === null ? ' ' : text('rider.plan.pinAt', { place: names.nameOf(centre) })}
      </p>
      {step === 'pickup' && home !== null ? (
        <Around home={home} />
      ) : (
        <p className="muted small">{text('rider.plan.help')}</p>
      )}
      {isTooClose && (
        <p className="message" role="status">
          {text('rider.plan.tooClose')}
        </p>
      )}
      <ul className="chips" aria-label={text('rider.plan.places')}>
        {city.places.map((place) => (
          <li key={place.name}>
            <button type="button" className="chip" onClick={() => onPlace(place)}>
              {place.name}
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button primary large wide"
        disabled={centre === null || isTooClose}
        onClick={onConfirm}
      >
        {text(step === 'pickup' ? 'rider.plan.setPickup' : 'rider.plan.setDropoff')}
      </button>
    </section>
  );
}

/** What a request here would find: free cars, the wait for one of them, and a promotion. */
function Around({ home }: { home: Home }) {
  const { text, duration, percent } = useWords();
  const { nearby, wait } = home;
  const promotion = bestPromotion(home);
  const lines = [
    ...(nearby === undefined ? [] : [carsText(text, nearby.total)]),
    ...(wait === undefined || wait.seconds === null
      ? []
      : [text('rider.plan.wait', { duration: duration(wait.seconds) })]),
  ];
  return (
    <>
      <p className="muted small" aria-live="polite">
        {lines.length === 0 ? text('rider.plan.help') : lines.join(' · ')}
      </p>
      {promotion !== null && (
        <p className="small promotion">
          {text('rider.plan.promotion', {
            code: promotion.code,
            percent: percent(promotion.percentOff / 100),
          })}
        </p>
      )}
    </>
  );
}

function carsText(text: ReturnType<typeof useWords>['text'], count: number): string {
  if (count === 0) return text('rider.plan.noCars');
  return text(count === 1 ? 'rider.plan.carsNear.one' : 'rider.plan.carsNear.other', { count });
}

interface FareSheetProps {
  readonly plan: Extract<Plan, { step: 'fare' }>;
  readonly home: Home | null;
  readonly rest: RestClient;
  readonly names: PlaceNames;
  readonly isRequesting: boolean;
  readonly isUnconfirmed: boolean;
  readonly onRequest: (tier: Tier) => void;
  readonly onBack: () => void;
}

/** The fare of each open service, and the request. */
export function FareSheet({
  plan,
  home,
  rest,
  names,
  isRequesting,
  isUnconfirmed,
  onRequest,
  onBack,
}: FareSheetProps) {
  const words = useWords();
  const { text } = words;
  const { pickup, dropoff } = plan;
  const [quotes, setQuotes] = useState<readonly Quote[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tier, setTier] = useState<Tier>(home?.preferences.tier ?? 'standard');
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` reads again; the tiers are those of the moment of the plan.
  useEffect(() => {
    let isCurrent = true;
    setError(null);
    readQuotes(rest, home, pickup, dropoff).then(
      (read) => isCurrent && setQuotes(read),
      (failure: unknown) => isCurrent && setError(failure),
    );
    return () => {
      isCurrent = false;
    };
  }, [rest, pickup, dropoff, attempt]);
  const chosen = quotes?.find((quote) => quote.tier === tier) ?? quotes?.[0];

  return (
    <section aria-label={text('rider.fare.title')}>
      <header className="sheet-head">
        <button
          type="button"
          className="icon-button"
          aria-label={text('action.back')}
          disabled={isRequesting}
          onClick={onBack}
        >
          <BackIcon />
        </button>
        <h1>{text('rider.fare.title')}</h1>
      </header>
      <TripPlaces pickup={pickup} dropoff={dropoff} stops={[]} names={names} />
      {error !== null && (
        <p className="message bad" role="alert">
          {errorText(words, error)}{' '}
          <button type="button" className="link-button" onClick={() => setAttempt(attempt + 1)}>
            {text('action.retry')}
          </button>
        </p>
      )}
      {quotes === null && error === null && <p className="muted">{text('rider.fare.loading')}</p>}
      {quotes?.length === 0 && <p className="message">{text('rider.fare.closed')}</p>}
      {quotes !== null && quotes.length > 0 && (
        <Quotes quotes={quotes} chosen={chosen?.tier ?? tier} onChoose={setTier} />
      )}
      {isUnconfirmed && (
        <p className="message" role="status">
          {text('trip.unconfirmed')}
        </p>
      )}
      <button
        type="button"
        className="button primary large wide"
        disabled={isRequesting || chosen === undefined}
        onClick={() => chosen !== undefined && onRequest(chosen.tier)}
      >
        {text(isRequesting ? 'rider.fare.requesting' : 'rider.fare.request')}
      </button>
    </section>
  );
}

interface QuotesProps {
  readonly quotes: readonly Quote[];
  readonly chosen: Tier;
  readonly onChoose: (tier: Tier) => void;
}

function Quotes({ quotes, chosen, onChoose }: QuotesProps) {
  const { text, money } = useWords();
  return (
    <fieldset className="quotes">
      <legend className="hidden-label">{text('rider.fare.tier')}</legend>
      {quotes.map((quote) => (
        <label key={quote.tier} className="quote">
          <input
            type="radio"
            name="tier"
            checked={quote.tier === chosen}
            onChange={() => onChoose(quote.tier)}
          />
          <span className="quote-name">
            {text(`tier.${quote.tier}` as TextKey)}
            {quote.promotion !== null && (
              <span className="muted small">{text('rider.fare.promotion', { code: quote.promotion })}</span>
            )}
          </span>
          <span className="quote-price">
            {quote.fareMinor < quote.estimateMinor && (
              <s className="muted small">{money(quote.estimateMinor, quote.currency)}</s>
            )}
            <strong>{money(quote.fareMinor, quote.currency)}</strong>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
