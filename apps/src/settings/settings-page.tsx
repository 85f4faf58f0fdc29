import type { Store } from '@rideline/dashboard/store';
import { type ReactNode, useId, useState } from 'react';
import type { TextKey } from '../language/english.ts';
import { LANGUAGES, type Language, languageSetting, useWords } from '../language/language.ts';
import { useStore } from '../state/use-store.ts';
import { Dialog } from '../widgets/dialog.tsx';
import { THEMES, themeSetting } from './theme.ts';

interface Props {
  readonly onClose: () => void;
  /** Absent: the app has no offers. */
  readonly sound?: Store<'on' | 'off'>;
  readonly children?: ReactNode;
}

export function SettingsPage({ onClose, sound, children }: Props) {
  const { text } = useWords();
  const language = useStore(languageSetting());
  const theme = useStore(themeSetting());
  return (
    <Dialog title={text('menu.settings')} onClose={onClose} size="page">
      {children}
      <Choice
        name={text('settings.language')}
        value={language}
        values={Object.keys(LANGUAGES) as Language[]}
        textOf={(value) => LANGUAGES[value]}
        onChoose={languageSetting().set}
      />
      <Choice
        name={text('settings.theme')}
        value={theme}
        values={THEMES}
        textOf={(value) => text(`settings.theme.${value}` as TextKey)}
        onChoose={themeSetting().set}
      />
      {sound !== undefined && (
        <Switch name={text('settings.sound')} help={text('settings.sound.help')} setting={sound} />
      )}
      <DeviceAlerts />
    </Dialog>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly value: T;
  readonly values: readonly T[];
  readonly textOf: (value: T) => string;
  readonly onChoose: (value: T) => void;
  readonly help?: string;
  readonly isDisabled?: boolean;
}

/** One of a few, as radio buttons. */
export function Choice<T extends string>(props: ChoiceProps<T>) {
  const { name, value, values, textOf, onChoose, help, isDisabled = false } = props;
  const id = useId();
  return (
    <fieldset className="choice" disabled={isDisabled}>
      <legend>{name}</legend>
      {help !== undefined && <p className="muted small">{help}</p>}
      {values.map((one) => (
        <label key={one} className="choice-row">
          <input type="radio" name={id} checked={one === value} onChange={() => onChoose(one)} />
          {textOf(one)}
        </label>
      ))}
    </fieldset>
  );
}

export function Switch({
  name,
  help,
  setting,
}: {
  name: string;
  help?: string;
  setting: Store<'on' | 'off'>;
}) {
  const id = useId();
  const value = useStore(setting);
  return (
    <div className="switch-row">
      <div>
        <label htmlFor={id}>{name}</label>
        {help !== undefined && <p className="muted small">{help}</p>}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={value === 'on'}
        className="switch"
        checked={value === 'on'}
        onChange={() => setting.set(value === 'on' ? 'off' : 'on')}
      />
    </div>
  );
}

/** Notifications of the device are for a hidden window; the browser asks the person itself. */
function DeviceAlerts() {
  const { text } = useWords();
  const [permission, setPermission] = useState(() =>
    'Notification' in globalThis ? Notification.permission : 'denied',
  );
  return (
    <div className="switch-row">
      <span>{text('settings.alerts')}</span>
      {permission === 'default' ? (
        <button
          type="button"
          className="button"
          onClick={() => void Notification.requestPermission().then(setPermission)}
        >
          {text('settings.alerts.off')}
        </button>
      ) : (
        <span className="muted">
          {text(permission === 'granted' ? 'settings.alerts.on' : 'settings.alerts.blocked')}
        </span>
      )}
    </div>
  );
}
