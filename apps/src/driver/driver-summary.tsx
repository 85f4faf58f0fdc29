import { useWords } from '../language/language.ts';
import type { EndedTrip } from './driver-client.ts';

/** The end of a trip, until the driver has seen it or the next one begins. */
export function DriverSummary({ ended, onDone }: { ended: EndedTrip; onDone: () => void }) {
  const { text, money } = useWords();
  return (
    <section aria-label={text(`driver.ended.${ended.how}`)}>
      <header className="sheet-head">
        <h1>{text(`driver.ended.${ended.how}`)}</h1>
      </header>
      {ended.how === 'completed' && ended.fare !== null && (
        <p className="summary">
          <span className="muted">{text('driver.ended.fare')}</span>
          <span className="amount">{money(ended.fare.minor, ended.fare.currency)}</span>
        </p>
      )}
      <button type="button" className="button primary large wide" onClick={onDone}>
        {text('action.done')}
      </button>
    </section>
  );
}
