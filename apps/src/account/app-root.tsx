import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import type { TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import { type City, loadCity } from '../map/city.ts';
import { localPageStorage } from '../state/page-storage.ts';
import { type AppRole, register, type SignedIn, signIn, signOut, storedAccount } from './account.ts';
import { errorText } from './errors.ts';
import { oneWindow } from './one-window.ts';
import { SignInScreen } from './sign-in-screen.tsx';

interface Props {
  readonly app: AppRole;
  /** The app itself; closed when the user signs out or another window takes it over. */
  readonly children: (signedIn: SignedIn, city: City, onSignOut: () => void) => ReactNode;
}

/** From opening the page to the app: one window, the city, an account. */
export function AppRoot({ app, children }: Props) {
  const { text } = useWords();
  const [isHere, setHere] = useState<boolean | null>(null);
  const appWindow = useMemo(() => oneWindow(`rideline.${app}`, () => setHere(false)), [app]);
  useEffect(() => {
    void appWindow.tryTake().then(setHere);
  }, [appWindow]);

  if (isHere === null) return <Loading />;
  if (isHere) return <WithCity>{(city) => <WithAccount app={app} city={city} open={children} />}</WithCity>;
  return (
    <main className="screen centred">
      <h1>{text('app.elsewhere.title')}</h1>
      <p className="muted">{text('app.elsewhere.text')}</p>
      <button
        type="button"
        className="button primary"
        onClick={() => void appWindow.take().then(() => setHere(true))}
      >
        {text('app.elsewhere.use')}
      </button>
    </main>
  );
}

export function Loading() {
  const { text } = useWords();
  return (
    <main className="screen centred" aria-busy="true">
      <p className="muted">{text('app.loading')}</p>
    </main>
  );
}

function WithCity({ children }: { children: (city: City) => ReactNode }) {
  const words = useWords();
  const [city, setCity] = useState<City | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(() => {
    setError(null);
    loadCity().then(setCity, setError);
  }, []);
  useEffect(load, [load]);
  if (city !== null) return children(city);
  if (error === null) return <Loading />;
  return (
    <main className="screen centred" role="alert">
      <h1>{errorText(words, error)}</h1>
      <button type="button" className="button primary" onClick={load}>
        {words.text('action.retry')}
      </button>
    </main>
  );
}

interface AccountProps {
  readonly app: AppRole;
  readonly city: City;
  readonly open: Props['children'];
}

function WithAccount({ app, city, open }: AccountProps) {
  const [signedIn, setSignedIn] = useState<SignedIn | null>(null);
  const [isReady, setReady] = useState(false);
  const [reason, setReason] = useState<TextKey | null>(null);
  const parts = useMemo(
    () => ({
      role: app,
      storage: localPageStorage,
      onEnded: () => {
        setSignedIn(null);
        setReason('account.ended');
      },
    }),
    [app],
  );
  useEffect(() => {
    setSignedIn(storedAccount(parts));
    setReady(true);
  }, [parts]);

  if (!isReady) return <Loading />;
  if (signedIn === null) {
    const take = (next: SignedIn) => {
      setReason(null);
      setSignedIn(next);
    };
    return (
      <SignInScreen
        app={app}
        reason={reason}
        onSignIn={async (login, password) => take(await signIn(parts, login, password))}
        onRegister={async (registration) => take(await register(parts, registration))}
      />
    );
  }
  const leave = () => {
    // The client closes before its storage is wiped.
    flushSync(() => setSignedIn(null));
    void signOut(signedIn, localPageStorage);
  };
  return open(signedIn, city, leave);
}
