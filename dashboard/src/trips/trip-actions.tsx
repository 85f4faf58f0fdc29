import { CodedError, type TripSummary } from '@rideline/contract';
import { useState } from 'preact/hooks';
import { randomUuid } from '../api/random-uuid.ts';
import type { Page } from '../page/page.ts';
import { FormFailure } from '../widgets/form-failure.tsx';
import { ReasonField } from '../widgets/reason-field.tsx';
import { untilConfirmed } from './confirmed-command.ts';
import type { TripAction } from './selected-trip.ts';

interface ActionTexts {
  readonly button: string;
  readonly label: string;
  readonly submit: string;
  readonly unconfirmed: string;
}

const LABELS: Readonly<Record<TripAction, ActionTexts>> = {
  cancel: {
    button: 'Cancel trip',
    label: 'Cancellation reason',
    submit: 'Cancel trip',
    unconfirmed: 'Cancelling… not confirmed; checking.',
  },
  reassign: {
    button: 'Reassign',
    label: 'Reassignment reason',
    submit: 'Reassign',
    unconfirmed: 'Reassigning… not confirmed; checking.',
  },
  'fare-review': {
    button: 'Mark fare as reviewed',
    label: 'What was decided',
    submit: 'Mark as reviewed',
    unconfirmed: 'Marking as reviewed… not confirmed; checking.',
  },
};

/** The operator's commands for a trip; each requires a reason and is recorded in the audit log. */
export function TripActions({ page, trip }: { page: Page; trip: TripSummary }) {
  const [action, setAction] = useState<TripAction | null>(null);
  const canReassign = trip.state === 'accepted' || trip.state === 'arrived';
  if (action !== null) {
    return <ReasonForm page={page} trip={trip} action={action} onClose={() => setAction(null)} />;
  }
  if (trip.attention === 'fare_review') {
    return (
      <div class="drawer-actions">
        <button type="button" class="button" onClick={() => setAction('fare-review')}>
          {LABELS['fare-review'].button}
        </button>
      </div>
    );
  }
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

/** What happens with the command. */
type Progress = 'none' | 'sending' | 'unconfirmed';

function ReasonForm({
  page,
  trip: { tripId, version },
  action,
  onClose,
}: {
  page: Page;
  trip: TripSummary;
  action: TripAction;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<CodedError | null>(null);
  const [progress, setProgress] = useState<Progress>('none');
  // One id for this command, however often it is sent: a repeat after a lost response has no second effect.
  const [commandId] = useState(() => randomUuid());
  const [seenVersion] = useState(version);
  const { label, submit, unconfirmed } = LABELS[action];
  const send = async (event: Event) => {
    event.preventDefault();
    setProgress('sending');
    setFailure(null);
    try {
      await untilConfirmed({
        send: () =>
          page.selectedTrip.act(tripId, { action, commandId, reason: reason.trim(), version: seenVersion }),
        onUnconfirmed: () => setProgress('unconfirmed'),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
      onClose();
    } catch (error) {
      setFailure(
        error instanceof CodedError ? error : new CodedError('INTERNAL', undefined, { cause: error }),
      );
      setProgress('none');
      page.trips.reload();
    }
  };
  const busy = progress !== 'none';
  return (
    <form class="reason-form" onSubmit={send}>
      <ReasonField label={label} reason={reason} onReason={setReason} hasFocus />
      {progress === 'unconfirmed' && (
        <p class="form-unconfirmed" role="status">
          {unconfirmed}
        </p>
      )}
      <FormFailure error={failure} />
      {failure !== null && failure.effect !== undefined && (
        <p class="muted">
          {failure.effect === 'none'
            ? 'The command had no effect. You can send it again.'
            : 'It is not known whether the command took effect. You can send it again: it has one effect.'}
        </p>
      )}
      <div class="reason-buttons">
        <button
          type="submit"
          class={action === 'fare-review' ? 'button' : 'button button-bad'}
          disabled={busy || reason.trim() === ''}
          title={reason.trim() === '' ? 'Reason is required' : undefined}
        >
          {submit}
        </button>
        <button type="button" class="button" disabled={progress === 'sending'} onClick={onClose}>
          Back
        </button>
      </div>
    </form>
  );
}
