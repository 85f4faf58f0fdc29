import type { TextKey } from '../language/english.ts';
import { useWords } from '../language/language.ts';
import type { City, NamedPlace } from '../map/city.ts';
import { Switch } from '../settings/settings-page.tsx';
import { useStore } from '../state/use-store.ts';
import type { DriverView } from './driver-client.ts';
import type { DriverSettings } from './driver-settings.ts';

interface Props {
  readonly view: DriverView;
  readonly city: City;
  readonly settings: DriverSettings;
  readonly rate: number;
  readonly startsAt: NamedPlace | null;
  readonly onStartsAt: (place: NamedPlace) => void;
  readonly onOnline: () => void;
  readonly onOffline: () => void;
}

/** Without a trip: going online and offline, and what stands against it. */
export function OnlineSheet({ view, onOnline, onOffline, ...simulation }: Props) {
  const { text } = useWords();
  const { isOnline } = view;
  const state = isOnline ? 'online' : 'offline';
  return (
    <section aria-label={text(`driver.${state}.title`)}>
      <header className="sheet-head">
        <h1>{text(`driver.${state}.title`)}</h1>
      </header>
      <p className="muted">{text(`driver.${state}.text`)}</p>
      <Trouble view={view} />
      {useStore(simulation.settings.position) === 'simulated' && (
        <Simulation isOnline={isOnline} {...simulation} />
      )}
      <button
        type="button"
        className={isOnline ? 'button large wide' : 'button primary large wide'}
        onClick={isOnline ? onOffline : onOnline}
      >
        {text(isOnline ? 'driver.goOffline' : 'driver.goOnline')}
      </button>
    </section>
  );
}

const PROBLEM_KEYS = {
  permission_denied: 'driver.position.denied',
  gps_off: 'driver.position.unavailable',
  unavailable: 'driver.position.unavailable',
} as const satisfies Record<string, TextKey>;

function Trouble({ view: { isOnline, status, place, problem } }: { view: DriverView }) {
  const { text } = useWords();
  const lines: { key: TextKey; isBad: boolean }[] = [];
  if (problem !== null) lines.push({ key: PROBLEM_KEYS[problem], isBad: true });
  else if (isOnline && place === null) lines.push({ key: 'driver.position.none', isBad: false });
  if (typeof status === 'object') lines.push({ key: 'driver.status.refused', isBad: true });
  else if (status === 'waiting') lines.push({ key: 'driver.status.unconfirmed', isBad: false });
  return lines.map(({ key, isBad }) => (
    <p key={key} className={isBad ? 'message bad' : 'message'} role={isBad ? 'alert' : 'status'}>
      {text(key)}
    </p>
  ));
}

type SimulationProps = Omit<Props, 'view' | 'onOnline' | 'onOffline'> & { readonly isOnline: boolean };

function Simulation({ isOnline, city, settings, rate, startsAt, onStartsAt }: SimulationProps) {
  const { text } = useWords();
  return (
    <div className="simulation">
      <p className="small">
        <strong>{text('driver.simulation.badge')}.</strong>{' '}
        {text('driver.simulation.text', { city: city.name })}
      </p>
      {!isOnline && (
        <label className="field">
          {text('driver.simulation.start')}
          <select
            value={startsAt?.name ?? ''}
            onChange={({ target }) => {
              const place = city.places.find(({ name }) => name === target.value);
              if (place !== undefined) onStartsAt(place);
            }}
          >
            {city.places.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <Switch
        name={text('driver.simulation.accept')}
        setting={settings.accepts}
        {...(rate === 1 ? {} : { help: text('driver.simulation.rate', { rate }) })}
      />
    </div>
  );
}
