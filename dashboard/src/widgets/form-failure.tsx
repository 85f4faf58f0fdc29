import type { CodedError } from '@rideline/contract';

/** The server's refusal, below a form. */
export function FormFailure({ error }: { error: CodedError | null }) {
  if (error === null) return null;
  return (
    <p class="form-failure" role="alert">
      {error.message} <code>{error.code}</code>
    </p>
  );
}
