import { english, type TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import type { FollowedTrip } from '../trip/followed-trip.ts';
import type { RiderView } from './rider-client.ts';

interface Props {
  readonly trip: FollowedTrip;
  readonly fare: RiderView['fare'];
  readonly onDone: () => void;
}

/** How a trip ended, and what it costs. */
export function RiderSummary({ trip, fare, onDone }: Props) {
  const { text, money } = useWords();
  const key = `rider.ended.${trip.state}`;
  const title = text(key in english ? (key as TextKey) : 'rider.ended.failed');
  return (
    <section aria-label={title}>
      <header className="sheet-head">
        <h1>{title}</h1>
      </header>
      {trip.state === 'completed' && fare !== null && (
        <p className="summary">
          <span className="muted">{text('rider.ended.fare')}</span>
          <span className="amount">{money(fare.minor, fare.currency)}</span>
        </p>
      )}
      <button type="button" className="button primary large wide" onClick={onDone}>
        {text('rider.ended.again')}
      </button>
    </section>
  );
}
