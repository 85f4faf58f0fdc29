import { CodedError, type TripSummary } from '@rideline/contract';
import { useState } from 'preact/hooks';
import { randomUuid } from '../api/random-uuid.ts';
import type { Page } from '../page/page.ts';
import { FormFailure } from '../widgets/form-failure.tsx';
import { ReasonField } from '../widgets/reason-field.tsx';
import type { TripAction } from './selected-trip.ts';

const LABELS: Readonly<Record<TripAction, { button: string; label: string; submit: string }>> = {
  cancel: { button: 'Cancel trip', label: 'Cancellation reason', submit: 'Cancel trip' },
  reassign: { button: 'Reassign', label: 'Reassignment reason', submit: 'Reassign' },
};

/** The operator's commands for a trip; each requires a reason and is recorded in the audit log. */
export function TripActions({ page, trip }: { page: Page; trip: TripSummary }) {
  const [action, setAction] = useState<TripAction | null>(null);
  const canReassign = trip.state === 'accepted' || trip.state === 'arrived';
  if (action !== null) return <ReasonForm page={page} action={action} onClose={() => setAction(null)} />;
  return (
    <div class="drawer-actions">
      <button type="button" class="button button-bad" onClick={() => setAction('cancel')}>
        {LABELS.cancel.button}
      </button>
      <button
        type="button"
        class="button"
        disabled={!canReassign}
        title={
          canReassign ? undefined : 'Only while the driver is on the way to the pick-up or waiting there'
        }
        onClick={() => setAction('reassign')}
      >
        {LABELS.reassign.button}
      </button>
    </div>
  );
}

function ReasonForm({ page, action, onClose }: { page: Page; action: TripAction; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<CodedError | null>(null);
  const [busy, setBusy] = useState(false);
  // One id for this command, however often it is sent: a retry after a lost response has no second effect.
  const [commandId] = useState(() => randomUuid());
  const { label, submit } = LABELS[action];
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await page.selectedTrip.act(action, commandId, reason.trim());
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
      <ReasonField label={label} reason={reason} onReason={setReason} hasFocus />
      <FormFailure error={failure} />
      <div class="reason-buttons">
        <button
          type="submit"
          class="button button-bad"
          disabled={busy || reason.trim() === ''}
          title={reason.trim() === '' ? 'Reason is required' : undefined}
        >
          {submit}
        </button>
        <button type="button" class="button" onClick={onClose}>
          Back
        </button>
      </div>
    </form>
  );
}
