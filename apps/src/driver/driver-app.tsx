import { createStore } from '@rideline/dashboard/store';
import { browserLocation } from '@rideline/sdk/browser';
import { useDriver, useOffers } from '@rideline/sdk/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { SignedIn } from '../account/account.ts';
import { Loading } from '../account/app-root.tsx';
import { errorText } from '../account/errors.ts';
import { ConnectionPill } from '../connection/connection-pill.tsx';
import { DocumentsPage } from '../documents/documents-page.tsx';
import type { DocumentType } from '../documents/send-file.ts';
import { english, type TextKey } from '../language/english.ts';
import { languageSetting, useWords, wordsOf } from '../language/language.ts';
import type { City, NamedPlace } from '../map/city.ts';
import { MapCredit, MapView } from '../map/map-view.tsx';
import { usePlaceNames } from '../map/use-place-names.ts';
import { alertDevice } from '../notifications/device-alert.ts';
import { notificationText } from '../notifications/notification-text.ts';
import { NotificationsPage } from '../notifications/notifications-page.tsx';
import { OfferSheet } from '../offers/offer-sheet.tsx';
import { offerLeftMs } from '../offers/offer-time.ts';
import { Ring } from '../offers/ring.ts';
import { EmergencyButton } from '../safety/emergency-button.tsx';
import { Choice, SettingsPage } from '../settings/settings-page.tsx';
import { REAL_TIME, readServerTime, type ServerTime } from '../state/server-time.ts';
import { useStore } from '../state/use-store.ts';
import { DriverTripSheet } from '../trip/driver-trip-sheet.tsx';
import { AppMenu, type AppPage } from '../widgets/app-menu.tsx';
import { addToast, type Toast, Toasts } from '../widgets/toasts.tsx';
import { DriverClient, isOver } from './driver-client.ts';
import { driverFocus, driverFocusKey, driverScene } from './driver-scene.ts';
import { type DriverSettings, driverSettings } from './driver-settings.ts';
import { DriverSummary } from './driver-summary.tsx';
import { OnlineSheet } from './online-sheet.tsx';
import { Simulation } from './simulation.ts';
import { keepAwake } from './wake-lock.ts';

interface Props {
  readonly signedIn: SignedIn;
  readonly city: City;
  readonly onSignOut: () => void;
}

const DOCUMENTS: readonly DocumentType[] = [
  'driving_licence',
  'vehicle_registration',
  'insurance',
  'background_check',
  'profile_photo',
];
/** A person sees that there was an offer before the simulation has accepted it. */
const SIMULATED_ANSWER_MS = 500;
/** Of the window of an offer: in a fast replay the answer must not come too late. */
const SIMULATED_ANSWER_SHARE = 0.05;

/** The server's clock is read first: a replay of a city runs at its own time. Without a network this device's clock is used. */
export function DriverApp(props: Props) {
  const [time, setTime] = useState<ServerTime | null>(null);
  const { rest } = props.signedIn;
  useEffect(() => {
    readServerTime(rest).then(setTime, () => setTime(REAL_TIME));
  }, [rest]);
  return time === null ? <Loading /> : <ConnectedDriver {...props} time={time} />;
}

function ConnectedDriver({ signedIn, city, onSignOut, time }: Props & { time: ServerTime }) {
  const settings = useMemo(() => driverSettings(time), [time]);
  const simulation = useMemo(() => new Simulation(city, time.rate), [city, time]);
  const toasts = useMemo(() => createStore<readonly Toast[]>([]), []);
  const ring = useMemo(() => new Ring(), []);
  const [client, setClient] = useState<DriverClient | null>(null);

  useEffect(() => {
    const opened = new DriverClient(signedIn, async () =>
      settings.position.get() === 'simulated' ? simulation.open() : browserLocation(navigator),
    );
    const stopListening = listen(opened, settings, simulation, toasts, ring, time.rate);
    setClient(opened);
    opened.start();
    return () => {
      stopListening();
      opened.close();
    };
  }, [signedIn, settings, simulation, toasts, ring, time]);

  if (client === null) return <Loading />;
  const parts = { signedIn, client, city, settings, simulation, toasts, ring, time, onSignOut };
  return <DriverScreen {...parts} />;
}

/** What happens without a touch: the tone of an offer, notifications, and the simulated driver. */
function listen(
  client: DriverClient,
  settings: DriverSettings,
  simulation: Simulation,
  toasts: ReturnType<typeof createStore<readonly Toast[]>>,
  ring: Ring,
  rate: number,
): () => void {
  const words = () => wordsOf(languageSetting().get());
  client.onOffer = (offer) => {
    if (settings.sound.get() === 'on') ring.start();
    void alertDevice(words().text('notification.offer'), '/apps/driver/icon-192.png', 'offer');
    if (settings.position.get() !== 'simulated' || settings.accepts.get() !== 'on') return;
    setTimeout(
      () => {
        // Refused when somebody was faster: the sheet disappears, and the next offer comes.
        void client.answer(offer.offerId, true).catch(() => undefined);
      },
      Math.min(
        SIMULATED_ANSWER_MS,
        offerLeftMs(offer.expiresAt, client.driver.serverNow(), rate) * SIMULATED_ANSWER_SHARE,
      ),
    );
  };
  client.onOfferGone = (reason) => {
    const key = `offer.gone.${reason}`;
    addToast(toasts, words().text(key in english ? (key as TextKey) : 'offer.gone.ended'));
  };
  client.onNotification = (notification) => {
    // The offer itself is on the screen.
    if (notification.kind === 'offer') return;
    const text = notificationText(words(), notification);
    addToast(toasts, text);
    void alertDevice(text, '/apps/driver/icon-192.png', notification.kind);
  };
  const { driver } = client;
  const removeListeners = [
    driver.on('trip', ({ trip }) => simulation.follow(trip)),
    driver.on('offers', (offers) => {
      if (offers.length === 0) ring.stop();
    }),
  ];
  return () => {
    for (const remove of removeListeners) remove();
    ring.stop();
  };
}

interface ScreenProps {
  readonly signedIn: SignedIn;
  readonly client: DriverClient;
  readonly city: City;
  readonly settings: DriverSettings;
  readonly simulation: Simulation;
  readonly toasts: ReturnType<typeof createStore<readonly Toast[]>>;
  readonly ring: Ring;
  readonly time: ServerTime;
  readonly onSignOut: () => void;
}

function DriverScreen({
  signedIn,
  client,
  city,
  settings,
  simulation,
  toasts,
  ring,
  time,
  onSignOut,
}: ScreenProps) {
  const words = useWords();
  const { text } = words;
  const view = useStore(client.view);
  const { connection, trip, queued, watchers } = useDriver(client.driver);
  const offers = useOffers(client.driver);
  const position = useStore(settings.position);
  const [page, setPage] = useState<AppPage | null>(null);
  const [startsAt, setStartsAt] = useState<NamedPlace | null>(simulation.startsAt);
  const names = usePlaceNames(city);
  const sheet = useRef<HTMLElement>(null);
  const { place } = view;
  const situation = useMemo(() => ({ place, offers, trip }), [place, offers, trip]);
  const scene = useMemo(() => driverScene(situation, simulation.route), [situation, simulation]);
  const focusKey = driverFocusKey(situation);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera follows what the key says, not each position.
  const focus = useMemo(() => driverFocus(situation), [focusKey]);
  useEffect(() => (view.isOnline ? keepAwake() : undefined), [view.isOnline]);

  const report = (error: unknown) => {
    if (!isOver(error)) addToast(toasts, errorText(words, error));
  };
  const [offer] = offers;

  return (
    <main className="app">
      <MapView city={city} scene={scene} focus={focus} sheet={sheet} />
      <header className="bar">
        <AppMenu rest={client.rest} onPage={setPage} onSignOut={onSignOut} />
        <div className="bar-middle">
          <ConnectionPill state={connection} onConnect={() => client.connect()} />
          {position === 'simulated' && <span className="badge">{text('driver.simulation.badge')}</span>}
        </div>
        <EmergencyButton city={city} />
      </header>
      <Toasts toasts={toasts} />
      <MapCredit city={city} />
      <section ref={sheet} className="sheet">
        {offer !== undefined ? (
          <OfferSheet
            key={offer.offerId}
            offer={offer}
            names={names}
            rate={time.rate}
            serverNow={() => client.driver.serverNow()}
            onAnswer={(accept) => {
              ring.stop();
              return client.answer(offer.offerId, accept).catch(report);
            }}
          />
        ) : trip !== null ? (
          <DriverTripSheet
            view={view}
            trip={trip}
            queued={queued}
            watchers={watchers}
            names={names}
            onCommand={(action, reason) => client.command(trip.tripId, action, reason).catch(report)}
          />
        ) : view.ended !== null ? (
          <DriverSummary ended={view.ended} onDone={() => client.closeSummary()} />
        ) : (
          <OnlineSheet
            view={view}
            city={city}
            settings={settings}
            rate={time.rate}
            startsAt={startsAt}
            onStartsAt={(place) => {
              simulation.startAt(place);
              setStartsAt(place);
            }}
            onOnline={() => {
              ring.unlock();
              client.goOnline().catch(report);
            }}
            onOffline={() => client.goOffline()}
          />
        )}
      </section>
      {page === 'notifications' && <NotificationsPage rest={client.rest} onClose={() => setPage(null)} />}
      {page === 'documents' && (
        <DocumentsPage signedIn={signedIn} types={DOCUMENTS} onClose={() => setPage(null)} />
      )}
      {page === 'settings' && (
        <SettingsPage sound={settings.sound} onClose={() => setPage(null)}>
          <Choice
            name={text('settings.position')}
            value={position}
            values={['device', 'simulated'] as const}
            textOf={(value) => text(`settings.position.${value}`)}
            onChoose={settings.position.set}
            isDisabled={view.isOnline}
            {...(view.isOnline ? { help: text('settings.position.onlyOffline') } : {})}
          />
        </SettingsPage>
      )}
    </main>
  );
}
