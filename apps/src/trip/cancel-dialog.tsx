import { useState } from 'react';
import type { TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import { Choice } from '../settings/settings-page.tsx';
import { Dialog } from '../widgets/dialog.tsx';

/** Reasons by app. What is sent is the English text: operators read it. */
const REASONS = {
  driver: ['rider_asked', 'vehicle', 'traffic', 'too_far', 'other'],
  rider: ['too_long', 'changed_plans', 'wrong_place', 'other'],
} as const;

interface Props {
  readonly app: keyof typeof REASONS;
  readonly onCancel: (reasonKey: TextKey) => void;
  readonly onClose: () => void;
}

export function CancelDialog({ app, onCancel, onClose }: Props) {
  const { text } = useWords();
  const reasons = REASONS[app].map((name) => `trip.reason.${name}` as const);
  const [reason, setReason] = useState<TextKey>(reasons[0] ?? 'trip.reason.other');
  return (
    <Dialog title={text('trip.cancel.title')} onClose={onClose}>
      <Choice<TextKey>
        name={text('trip.cancel.reason')}
        value={reason}
        values={reasons}
        textOf={(key) => text(key)}
        onChoose={setReason}
      />
      <div className="actions">
        <button type="button" className="button grow" onClick={onClose}>
          {text('trip.cancel.keep')}
        </button>
        <button
          type="button"
          className="button danger grow"
          onClick={() => {
            onClose();
            onCancel(reason);
          }}
        >
          {text('trip.cancel')}
        </button>
      </div>
    </Dialog>
  );
}
