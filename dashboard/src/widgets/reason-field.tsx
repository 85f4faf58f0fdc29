import { LIMITS } from '@rideline/contract';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  readonly label: string;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  /** It is what the form was opened for. */
  readonly hasFocus?: boolean;
}

/** One line that says why. */
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
