import type { ErrorCode } from '@rideline/contract';

interface Props {
  readonly title: string;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly onRetry?: () => void;
  readonly onSignOut?: () => void;
}

/** Fills the page when nothing else can be shown. */
export function ErrorScreen({ title, code, detail, onRetry, onSignOut }: Props) {
  return (
    <main class="face">
      <div class="face-body" role="alert">
        <h1>{title}</h1>
        <p>{detail}</p>
        <p class="muted">
          Code <code>{code}</code>
        </p>
        <div class="face-actions">
          {onRetry && (
            <button type="button" class="button primary" onClick={onRetry}>
              Try again
            </button>
          )}
          {onSignOut && (
            <button type="button" class="button" onClick={onSignOut}>
              Sign in with another account
            </button>
          )}
        </div>
      </div>
    </main>
  );
}
