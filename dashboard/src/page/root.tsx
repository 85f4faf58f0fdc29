import { type CodedError, ERRORS, type ErrorCode } from '@rideline/contract';
import { useEffect, useState } from 'preact/hooks';
import { failedWith } from '../api/loaded.ts';
import { type City, loadCity } from '../map/city.ts';
import { loadSession, type Session, saveSession } from '../session/session.ts';
import { SignIn } from '../session/sign-in.tsx';
import { App } from './app.tsx';
import { ErrorScreen } from './error-screen.tsx';
import { type Page, startPage } from './page.ts';
import { tabStorage } from './page-storage.ts';
import type { ThemeSwitch } from './theme.ts';

/** The sign-in form, or the page of one session. */
export function Root({ theme }: { theme: ThemeSwitch }) {
  const [session, setSession] = useState<Session | null>(() => loadSession(tabStorage, Date.now()));
  const [reason, setReason] = useState<string | null>(null);
  const [city, setCity] = useState<City | CodedError | null>(null);
  const [page, setPage] = useState<Page | null>(null);

  const signOut = (code: ErrorCode | null) => {
    saveSession(tabStorage, null);
    setReason(code === null ? null : `${ERRORS[code].text} Sign in again.`);
    setSession(null);
  };
  const requestCity = () => {
    setCity(null);
    loadCity().then(setCity, (error) => setCity(failedWith(error).error));
  };
  useEffect(requestCity, []);
  useEffect(() => {
    if (session === null || city === null || city instanceof Error) return;
    // The stored session is newer when the page was started before: it has been refreshed since.
    const held = loadSession(tabStorage, Date.now()) ?? session;
    const started = startPage({ city, theme, session: held, signOut });
    setPage(started);
    return () => {
      started.stop();
      setPage(null);
    };
  }, [session, city]);

  if (session === null) {
    return (
      <SignIn
        reason={reason}
        onSignedIn={(signedIn) => {
          saveSession(tabStorage, signedIn);
          setSession(signedIn);
        }}
      />
    );
  }
  if (city instanceof Error) {
    return (
      <ErrorScreen
        title="The city's map data could not be loaded"
        code={city.code}
        detail={city.message}
        onRetry={requestCity}
      />
    );
  }
  return <App page={page} />;
}
