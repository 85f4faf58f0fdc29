import { CodedError, type TripSummary } from '@rideline/contract';
import { useState } from 'preact/hooks';
import type { Page } from '../page/page.ts';
import { FormFailure } from '../widgets/form-failure.tsx';
import { ReasonField } from '../widgets/reason-field.tsx';
import type { TripAction } from './selected-trip.ts';

const WORDS: Readonly<Record<TripAction, { button: string; ask: string; done: string }>> = {
  cancel: { button: 'Cancel trip', ask: 'Why is the trip called off?', done: 'Cancel the trip' },
  reassign: { button: 'Reassign', ask: 'Why is another driver needed?', done: 'Look for another driver' },
};

/** What an operator may do to a trip; each asks for a reason first, and is in the audit afterwards. */
export function TripActions({ page, trip }: { page: Page; trip: TripSummary }) {
  const [action, setAction] = useState<TripAction | null>(null);
  const canReassign = trip.state === 'accepted' || trip.state === 'arrived';
  if (action !== null) return <ReasonForm page={page} action={action} onClose={() => setAction(null)} />;
  return (
    <div class="drawer-actions">
      <button type="button" class="button button-bad" onClick={() => setAction('cancel')}>
        {WORDS.cancel.button}
      </button>
      <button
        type="button"
        class="button"
        disabled={!canReassign}
        title={canReassign ? undefined : 'Only while the driver is on his way or at the pick-up'}
        onClick={() => setAction('reassign')}
      >
        {WORDS.reassign.button}
      </button>
    </div>
  );
}

function ReasonForm({ page, action, onClose }: { page: Page; action: TripAction; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<CodedError | null>(null);
  const [busy, setBusy] = useState(false);
  // One id for this wish, however often it is sent: a repeat after a lost answer has no second effect.
  const [commandId] = useState(() => crypto.randomUUID());
  const { ask, done } = WORDS[action];
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await page.chosenTrip.act(action, commandId, reason.trim());
      onClose();
    } catch (error) {
      setFailure(
        error instanceof CodedError ? error : new CodedError('INTERNAL', undefined, { cause: error }),
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="reason-form" onSubmit={send}>
      <ReasonField label={ask} reason={reason} onReason={setReason} hasFocus />
      <FormFailure error={failure} />
      <div class="reason-buttons">
        <button type="submit" class="button button-bad" disabled={busy || reason.trim() === ''}>
          {done}
        </button>
        <button type="button" class="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </form>
  );
}
