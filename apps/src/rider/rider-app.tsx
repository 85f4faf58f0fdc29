import { createStore, type Store } from '@rideline/dashboard/store';
import { useConnection, useFollow } from '@rideline/sdk/react';
import { drawnPosition, type Follow, type FollowView } from '@rideline/sdk/rider';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { SignedIn } from '../account/account.ts';
import { Loading } from '../account/app-root.tsx';
import { errorText } from '../account/errors.ts';
import { ConnectionPill } from '../connection/connection-pill.tsx';
import { DocumentsPage } from '../documents/documents-page.tsx';
import type { DocumentType } from '../documents/send-file.ts';
import { languageSetting, useWords, wordsOf } from '../language/language.ts';
import type { Point } from '../location/place.ts';
import type { City } from '../map/city.ts';
import { MapCredit, MapView } from '../map/map-view.tsx';
import type { Focus, Scene } from '../map/scene.ts';
import { usePlaceNames } from '../map/use-place-names.ts';
import { alertDevice } from '../notifications/device-alert.ts';
import { notificationText } from '../notifications/notification-text.ts';
import { NotificationsPage } from '../notifications/notifications-page.tsx';
import { EmergencyButton } from '../safety/emergency-button.tsx';
import { SettingsPage } from '../settings/settings-page.tsx';
import { useStore } from '../state/use-store.ts';
import { hasEnded } from '../trip/followed-trip.ts';
import { RiderTripSheet } from '../trip/rider-trip-sheet.tsx';
import { AppMenu, type AppPage } from '../widgets/app-menu.tsx';
import { addToast, type Toast, Toasts } from '../widgets/toasts.tsx';
import { carGroups } from './home.ts';
import { confirmPoint, NEW_PLAN, type Plan, stepBack } from './plan.ts';
import { FareSheet, PointSheet } from './plan-sheet.tsx';
import { RiderClient } from './rider-client.ts';
import { planFocus, planScene, tripFocus, tripScene } from './rider-scene.ts';
import { RiderSummary } from './rider-summary.tsx';

interface Props {
  readonly signedIn: SignedIn;
  readonly city: City;
  readonly onSignOut: () => void;
}

const DOCUMENTS: readonly DocumentType[] = ['profile_photo'];

export function RiderApp({ signedIn, city, onSignOut }: Props) {
  const toasts = useMemo(() => createStore<readonly Toast[]>([]), []);
  const [client, setClient] = useState<RiderClient | null>(null);
  useEffect(() => {
    const opened = new RiderClient(signedIn);
    opened.onNotification = (notification) => {
      const text = notificationText(wordsOf(languageSetting().get()), notification);
      addToast(toasts, text);
      void alertDevice(text, '/apps/rider/icon-192.png', notification.kind);
    };
    setClient(opened);
    opened.start();
    return () => opened.close();
  }, [signedIn, toasts]);
  if (client === null) return <Loading />;
  return (
    <RiderScreen signedIn={signedIn} client={client} city={city} toasts={toasts} onSignOut={onSignOut} />
  );
}

interface ScreenProps {
  readonly signedIn: SignedIn;
  readonly client: RiderClient;
  readonly city: City;
  readonly toasts: Store<readonly Toast[]>;
  readonly onSignOut: () => void;
}

function RiderScreen({ signedIn, client, city, toasts, onSignOut }: ScreenProps) {
  const words = useWords();
  const { text } = words;
  const view = useStore(client.view);
  const [page, setPage] = useState<AppPage | null>(null);
  const [plan, setPlan] = useState<Plan>(NEW_PLAN);
  const [centre, setCentre] = useState<Point | null>(city.places[0] ?? null);
  const [place, setPlace] = useState<Point | null>(city.places[0] ?? null);
  const names = usePlaceNames(city);
  const sheet = useRef<HTMLElement>(null);
  const connection = useConnection(client.rider);
  const follow = useFollow(client.rider, view.tripId);
  const trip = follow?.trip ?? null;
  const followed = view.tripId === null ? undefined : client.rider.followed(view.tripId);
  const isPicking = view.tripId === null && plan.step !== 'fare';
  const isFirstScreen = view.tripId === null && plan.step === 'pickup';
  useEffect(() => client.lookAround(isFirstScreen ? centre : null), [client, isFirstScreen, centre]);
  const nearby = useMemo(
    () => (isFirstScreen ? carGroups(view.home?.nearby) : NO_CARS),
    [isFirstScreen, view.home],
  );
  const { scene, focus } = useMapOf(follow, followed, plan, place, nearby);
  const isTooClose = plan.step === 'dropoff' && centre !== null && confirmPoint(plan, centre) === plan;

  const report = (error: unknown) => addToast(toasts, errorText(words, error, 'request'));
  const share = async (tripId: string) => {
    const url = await client.share(tripId);
    if (navigator.share !== undefined) {
      // Rejected when the person closes the device's own dialog.
      await navigator.share({ url, text: text('rider.trip.share.text') }).catch(() => undefined);
    } else {
      await navigator.clipboard.writeText(url);
      addToast(toasts, text('rider.trip.share.copied'));
    }
  };
  const go = (next: Plan) => {
    setPlace(null);
    setPlan(next);
  };

  return (
    <main className="app">
      <MapView
        city={city}
        scene={scene}
        focus={focus}
        sheet={sheet}
        onCentre={setCentre}
        picks={isPicking ? plan.step : null}
      />
      <header className="bar">
        <AppMenu rest={client.rest} onPage={setPage} onSignOut={onSignOut} />
        <div className="bar-middle">
          <ConnectionPill state={connection} onConnect={() => client.connect()} />
        </div>
        <EmergencyButton city={city} />
      </header>
      <Toasts toasts={toasts} />
      <MapCredit city={city} />
      <section ref={sheet} className="sheet">
        {trip !== null && hasEnded(trip) ? (
          <RiderSummary
            trip={trip}
            fare={view.fare}
            onDone={() => {
              client.closeTrip();
              setPlan(NEW_PLAN);
            }}
          />
        ) : follow !== null && trip !== null ? (
          <RiderTripSheet
            view={view}
            follow={follow}
            trip={trip}
            ageMs={() => followed?.ageMs() ?? null}
            onShare={() => share(trip.tripId).catch(report)}
            names={names}
            onCancel={(reason) => client.cancel(trip.tripId, reason).catch(report)}
          />
        ) : !view.isKnown || view.tripId !== null ? (
          <p className="muted">{text('app.loading')}</p>
        ) : plan.step === 'fare' ? (
          <FareSheet
            plan={plan}
            home={view.home}
            rest={client.rest}
            names={names}
            isRequesting={view.isRequesting}
            isUnconfirmed={view.isUnconfirmed}
            onRequest={(tier) => void client.request(plan.pickup, plan.dropoff, tier).catch(report)}
            onBack={() => go(stepBack(plan))}
          />
        ) : (
          <PointSheet
            plan={plan}
            city={city}
            names={names}
            centre={centre}
            home={view.home}
            isTooClose={isTooClose}
            onPlace={({ lat, lng }) => {
              // The map reports the same once it is there; without a map this is the choice.
              setCentre({ lat, lng });
              setPlace({ lat, lng });
            }}
            onConfirm={() => centre !== null && go(confirmPoint(plan, centre))}
            onBack={() => go(stepBack(plan))}
          />
        )}
      </section>
      {page === 'notifications' && <NotificationsPage rest={client.rest} onClose={() => setPage(null)} />}
      {page === 'documents' && (
        <DocumentsPage signedIn={signedIn} types={DOCUMENTS} onClose={() => setPage(null)} />
      )}
      {page === 'settings' && <SettingsPage onClose={() => setPage(null)} />}
    </main>
  );
}

const NO_CARS: Scene['cars'] = [];

/** The camera follows the step or the trip's state; between these the map belongs to the rider. */
function useMapOf(
  follow: FollowView | null,
  followed: Follow | undefined,
  plan: Plan,
  place: Point | null,
  nearby: Scene['cars'],
): { scene: Scene; focus: Focus } {
  const scene = useMemo(
    () =>
      follow === null
        ? planScene(plan, nearby)
        : tripScene(follow, () => (followed === undefined ? null : drawnPosition(followed))),
    [follow, followed, plan, nearby],
  );
  const trip = follow?.trip ?? null;
  const car = follow?.position ?? null;
  const key = trip === null ? '' : `${trip.tripId} ${trip.state} ${car === null}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says when the trip moves the camera.
  const focus = useMemo<Focus>(() => {
    if (trip !== null) return tripFocus(trip, car);
    return plan.step !== 'fare' && place !== null
      ? { kind: 'point', point: place, zoom: 13.5 }
      : planFocus(plan, null);
  }, [key, plan, place]);
  return { scene, focus };
}
