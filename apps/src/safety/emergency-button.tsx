import { useState } from 'react';
import { useWords } from '../language/language.ts';
import type { City } from '../map/city.ts';
import { Dialog } from '../widgets/dialog.tsx';
import { AlarmIcon } from '../widgets/icons.tsx';

/** Calls the city's emergency number by the phone, and says that nobody at the fleet is told: the server has no SOS yet. */
export function EmergencyButton({ city }: { city: City }) {
  const { text } = useWords();
  const [isOpen, setOpen] = useState(false);
  const number = city.emergencyNumber;
  return (
    <>
      <button
        type="button"
        className="round-button emergency"
        aria-label={text('safety.open')}
        onClick={() => setOpen(true)}
      >
        <AlarmIcon />
      </button>
      {isOpen && (
        <Dialog title={text('safety.title')} onClose={() => setOpen(false)}>
          <p>{text('safety.text', { number })}</p>
          <a className="button danger wide" href={`tel:${number}`}>
            {text('safety.call', { number })}
          </a>
        </Dialog>
      )}
    </>
  );
}
