import { CodedError, type DocumentDetail, documentTypeEntry } from '@rideline/contract';
import { useState } from 'preact/hooks';
import { failedWith } from '../api/loaded.ts';
import type { Page } from '../page/page.ts';
import { FormFailure } from '../widgets/form-failure.tsx';
import { ReasonField } from '../widgets/reason-field.tsx';
import { isDay, lastDayOf } from './document-labels.ts';

interface Props {
  readonly page: Page;
  readonly document: DocumentDetail;
  readonly onDone: () => void;
}

/** Approve, with the expiry day where the document type expires; or reject, with a reason that the owner sees. */
export function ReviewForm({ page, document, onDone }: Props) {
  const { expires } = documentTypeEntry(document.type);
  const [day, setDay] = useState(lastDayOf(document, page.time) ?? '');
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<CodedError | null>(null);
  const [busy, setBusy] = useState(false);
  const validUntil = isDay(day) ? day : null;
  const today = page.time.day(Date.now());

  const send = async (decision: 'approve' | 'reject') => {
    setBusy(true);
    setFailure(null);
    try {
      await page.selectedDocument.review({
        decision,
        version: document.version,
        ...(decision === 'reject' ? { reason: reason.trim() } : {}),
        ...(decision === 'approve' && expires && validUntil !== null ? { validUntil } : {}),
      });
      onDone();
    } catch (error) {
      setFailure(failedWith(error).error);
      setBusy(false);
      if (error instanceof CodedError && error.code === 'CONFLICT') page.selectedDocument.reload();
    }
  };
  return (
    <form class="reason-form" aria-label="Decision" onSubmit={(event) => event.preventDefault()}>
      {expires && (
        <label>
          Valid until the end of this day ({document.dayZone})
          <input type="date" value={day} min={today} onInput={(event) => setDay(event.currentTarget.value)} />
        </label>
      )}
      <ReasonField label="Rejection reason, shown to the owner" reason={reason} onReason={setReason} />
      <FormFailure error={failure} />
      <div class="reason-buttons">
        <button
          type="button"
          class="button primary"
          disabled={busy || (expires && validUntil === null)}
          title={expires && validUntil === null ? 'Valid until is required' : undefined}
          onClick={() => void send('approve')}
        >
          Approve
        </button>
        <button
          type="button"
          class="button button-bad"
          disabled={busy || reason.trim() === ''}
          title={reason.trim() === '' ? 'Reason is required' : undefined}
          onClick={() => void send('reject')}
        >
          Reject
        </button>
      </div>
    </form>
  );
}
