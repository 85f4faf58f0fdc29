import { type FormEvent, useId, useState } from 'react';
import type { TextKey } from '../language/english.ts';
import { LANGUAGES, type Language, languageSetting, useWords } from '../language/language.ts';
import { useStore } from '../state/use-store.ts';
import type { AppRole, Registration } from './account.ts';
import { errorText } from './errors.ts';

interface Props {
  readonly app: AppRole;
  /** Why the user must sign in again. */
  readonly reason: TextKey | null;
  readonly onSignIn: (login: string, password: string) => Promise<void>;
  readonly onRegister: (registration: Registration) => Promise<void>;
}

/** Signing in and creating an account, the first screen of both apps. */
export function SignInScreen({ app, reason, onSignIn, onRegister }: Props) {
  const words = useWords();
  const { text } = words;
  const [isNew, setNew] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? '').trim();
    setBusy(true);
    setError(null);
    try {
      const password = String(form.get('password') ?? '');
      if (!isNew) await onSignIn(field('login'), password);
      else await onRegister(registrationOf(app, field, password));
    } catch (failure) {
      setError(errorText(words, failure, 'account', app));
      setBusy(false);
    }
  };

  return (
    <main className="screen sign-in">
      <form className="sign-in-form" onSubmit={submit}>
        <img src={`/apps/${app}/icon.svg`} alt="" width="56" height="56" className="sign-in-icon" />
        <h1>{text(`app.${app}`)}</h1>
        <p className="muted">{text(`account.${app}.intro`)}</p>
        <fieldset className="tabs" aria-label={text('account.choose')}>
          <Tab name={text('account.signIn')} isChosen={!isNew} onChoose={() => setNew(false)} />
          <Tab name={text('account.signUp')} isChosen={isNew} onChoose={() => setNew(true)} />
        </fieldset>
        {(error ?? reason) !== null && (
          <p className="message bad" role="alert">
            {error ?? (reason === null ? '' : text(reason))}
          </p>
        )}
        {isNew && <Field name="name" label={text('account.name')} autoComplete="name" maxLength={80} />}
        <Field
          name="login"
          label={text('account.login')}
          {...(isNew ? { help: text('account.login.help') } : {})}
          autoComplete="username"
          inputMode="email"
          maxLength={254}
        />
        <Field
          name="password"
          label={text('account.password')}
          {...(isNew ? { help: text('account.password.help') } : {})}
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          {...(isNew ? { minLength: 10 } : {})}
          maxLength={256}
        />
        {isNew && app === 'driver' && (
          <>
            <Field name="vehicle" label={text('account.vehicle')} maxLength={80} />
            <Field name="plate" label={text('account.plate')} maxLength={16} />
          </>
        )}
        <button type="submit" className="button primary wide" disabled={busy}>
          {text(busy ? 'account.signingIn' : isNew ? 'account.signUp' : 'account.signIn')}
        </button>
        <LanguageChoice />
      </form>
    </main>
  );
}

function registrationOf(role: AppRole, field: (name: string) => string, password: string): Registration {
  const account = { login: field('login'), password, name: field('name') };
  return role === 'driver'
    ? { ...account, vehicle: { description: field('vehicle'), plate: field('plate') } }
    : account;
}

function Tab({ name, isChosen, onChoose }: { name: string; isChosen: boolean; onChoose: () => void }) {
  return (
    <button type="button" className="tab" aria-pressed={isChosen} onClick={onChoose}>
      {name}
    </button>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly type?: string;
  readonly autoComplete?: string;
  readonly inputMode?: 'email';
  readonly minLength?: number;
  readonly maxLength: number;
}

function Field({ label, help, type = 'text', ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        required
        spellCheck={false}
        autoCapitalize={input.name === 'name' ? 'words' : 'none'}
        {...(help === undefined ? {} : { 'aria-describedby': `${id}-help` })}
        {...input}
      />
      {help !== undefined && (
        <p className="muted small" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

/** Before signing in there is no menu. */
function LanguageChoice() {
  const language = useStore(languageSetting());
  return (
    <div className="language-choice">
      {(Object.keys(LANGUAGES) as Language[]).map((name) => (
        <button
          key={name}
          type="button"
          className="link-button"
          lang={name}
          aria-pressed={name === language}
          onClick={() => languageSetting().set(name)}
        >
          {LANGUAGES[name]}
        </button>
      ))}
    </div>
  );
}
