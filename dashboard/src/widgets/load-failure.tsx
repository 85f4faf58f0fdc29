import type { CodedError } from '@rideline/contract';

interface Props {
  readonly what: string;
  readonly error: CodedError;
  readonly onRetry: () => void;
}

export function LoadFailure({ what, error, onRetry }: Props) {
  return (
    <div class="failed" role="alert">
      <p>
        {what} {error.message} <code>{error.code}</code>
      </p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
