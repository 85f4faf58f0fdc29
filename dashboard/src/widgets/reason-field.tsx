import { LIMITS } from '@rideline/contract';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  /** The field has the focus when the form opens. */
  readonly hasFocus?: boolean;
}

/** A one-line reason. */
export function ReasonField({ label, reason, onReason, hasFocus = false }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (hasFocus) field.current?.focus();
  }, [hasFocus]);
  return (
    <label>
      {label}
      <input
        ref={field}
        type="text"
        value={reason}
        maxLength={LIMITS.reasonLength}
        autocomplete="off"
        onInput={(event) => onReason(event.currentTarget.value)}
      />
    </label>
  );
}
