import type { CodedError } from '@rideline/contract';
import { useEffect, useRef, useState } from 'preact/hooks';
import { failedWith } from '../api/loaded.ts';
import { type Session, signIn } from './session.ts';

interface Props {
  /** Why the operator must sign in again; null on the first visit. */
  readonly reason: string | null;
  readonly onSignedIn: (session: Session) => void;
}

export function SignIn({ reason, onSignedIn }: Props) {
  const [error, setError] = useState<CodedError | null>(null);
  const [busy, setBusy] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      onSignedIn(await signIn(name.current?.value ?? '', password.current?.value ?? ''));
    } catch (failure) {
      setError(failedWith(failure).error);
      setBusy(false);
      password.current?.select();
    }
  };
  const message = error === null ? reason : refusalText(error);

  return (
    <main class="face">
      <form class="face-body sign-in" onSubmit={submit}>
        <h1>Rideline</h1>
        <p class="muted">Sign in to see the fleet.</p>
        {message !== null && (
          <p class="sign-in-message" role="alert">
            {message}
            {error !== null && (
              <>
                {' '}
                <code>{error.code}</code>
              </>
            )}
          </p>
        )}
        <label>
          Name
          <input ref={name} name="name" autocomplete="username" required maxLength={128} spellcheck={false} />
        </label>
        <label>
          Password
          <input
            ref={password}
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxLength={256}
          />
        </label>
        <button type="submit" class="button primary" disabled={busy}>
          {busy ? 'Signing in' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}

/** Too many attempts: the message says for how long. */
export function refusalText({ code, message, retryAfterMs }: CodedError): string {
  if (code !== 'SCALE_003' || retryAfterMs === undefined) return message;
  const minutes = Math.ceil(retryAfterMs / 60_000);
  return `Too many attempts to sign in. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`;
}
