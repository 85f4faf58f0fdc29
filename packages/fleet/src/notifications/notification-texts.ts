import type { NotificationKind } from '@rideline/contract';

export interface NotificationText {
  readonly title: string;
  readonly body: string;
}

type Catalogue = Readonly<Record<NotificationKind, NotificationText>>;
const DEFAULT_LOCALE = 'en';

/** Texts contain no name, address or place: they pass through third-party push services and appear on locked screens. */
const CATALOGUES: ReadonlyMap<string, Catalogue> = new Map(
  Object.entries({
    en: {
      offer: { title: 'New trip', body: 'A trip near you is waiting for your answer.' },
      trip_matched: { title: 'Driver found', body: 'Your driver is on the way.' },
      trip_promoted: { title: 'Next trip', body: 'Your next trip begins now.' },
      driver_arrived: { title: 'Your driver is here', body: 'Please come to the pick-up.' },
      trip_started: { title: 'On the way', body: 'Your trip has started.' },
      trip_completed: { title: 'Trip completed', body: 'Your trip has ended.' },
      trip_cancelled: { title: 'Trip cancelled', body: 'This trip has been cancelled.' },
      driver_changed: {
        title: 'New driver',
        body: 'Your driver had to cancel. We are looking for another driver.',
      },
      trip_reassigned: { title: 'Trip reassigned', body: 'This trip goes to another driver.' },
      trip_no_show: { title: 'Trip ended', body: 'Your driver waited at the pick-up and has left.' },
      no_drivers: { title: 'No driver found', body: 'No driver is free near you. Please try again.' },
      trip_failed: {
        title: 'Trip ended',
        body: 'Your trip could not be continued. Please request a new one.',
      },
      driver_silent: {
        title: 'Connection to your driver lost',
        body: 'If your ride is over, you can end it in the app.',
      },
      pickup_warning: { title: 'Pick-up is late', body: 'Your driver will arrive later than expected.' },
      document_status: { title: 'Your document', body: 'Your document is being checked.' },
      document_approved: { title: 'Document accepted', body: 'Your document has been accepted.' },
      document_rejected: {
        title: 'Document not accepted',
        body: 'Your document could not be accepted. Please see the reason.',
      },
      document_expiring: {
        title: 'Document expires soon',
        body: 'One of your documents expires soon. Please upload a new one.',
      },
      document_expired: {
        title: 'Document expired',
        body: 'One of your documents has expired. Please upload a new one.',
      },
      wake: { title: 'Position paused', body: 'Please open the app so that your position is shown.' },
    },
    de: {
      offer: { title: 'Neue Fahrt', body: 'Eine Fahrt in der Nähe wartet auf Ihre Antwort.' },
      trip_matched: { title: 'Fahrer gefunden', body: 'Ihr Fahrer ist unterwegs.' },
      trip_promoted: { title: 'Nächste Fahrt', body: 'Ihre nächste Fahrt beginnt jetzt.' },
      driver_arrived: { title: 'Ihr Fahrer ist da', body: 'Bitte kommen Sie zum Treffpunkt.' },
      trip_started: { title: 'Unterwegs', body: 'Ihre Fahrt hat begonnen.' },
      trip_completed: { title: 'Fahrt beendet', body: 'Ihre Fahrt ist zu Ende.' },
      trip_cancelled: { title: 'Fahrt abgebrochen', body: 'Diese Fahrt wurde abgebrochen.' },
      driver_changed: { title: 'Neuer Fahrer', body: 'Ihr Fahrer musste absagen. Wir suchen einen anderen.' },
      trip_reassigned: { title: 'Fahrt zurückgenommen', body: 'Diese Fahrt geht an einen anderen Fahrer.' },
      trip_no_show: {
        title: 'Fahrt beendet',
        body: 'Ihr Fahrer hat am Treffpunkt gewartet und ist abgefahren.',
      },
      no_drivers: {
        title: 'Kein Fahrer gefunden',
        body: 'In Ihrer Nähe ist niemand frei. Bitte versuchen Sie es noch einmal.',
      },
      trip_failed: {
        title: 'Fahrt beendet',
        body: 'Ihre Fahrt konnte nicht fortgesetzt werden. Bitte fordern Sie eine neue an.',
      },
      driver_silent: {
        title: 'Verbindung zum Fahrer verloren',
        body: 'Wenn Ihre Fahrt vorbei ist, können Sie sie in der App beenden.',
      },
      pickup_warning: { title: 'Abholung verspätet', body: 'Ihr Fahrer kommt später als gedacht.' },
      document_status: { title: 'Ihr Dokument', body: 'Ihr Dokument wird bearbeitet.' },
      document_approved: { title: 'Dokument angenommen', body: 'Ihr Dokument wurde angenommen.' },
      document_rejected: {
        title: 'Dokument nicht angenommen',
        body: 'Ihr Dokument konnte nicht angenommen werden. Bitte sehen Sie sich den Grund an.',
      },
      document_expiring: {
        title: 'Dokument läuft bald ab',
        body: 'Eines Ihrer Dokumente läuft bald ab. Bitte senden Sie das neue.',
      },
      document_expired: {
        title: 'Dokument abgelaufen',
        body: 'Eines Ihrer Dokumente ist abgelaufen. Bitte senden Sie das neue.',
      },
      wake: {
        title: 'Position unterbrochen',
        body: 'Bitte öffnen Sie die App, damit Ihre Position sichtbar ist.',
      },
    },
  } satisfies Record<string, Catalogue>),
);

/** Locales with a catalogue. */
export const NOTIFICATION_LOCALES = [...CATALOGUES.keys()];

/** Title and body in the catalogue of `locale` (BCP 47), of its language, or the default one. */
export function textOf(kind: NotificationKind, locale: string = DEFAULT_LOCALE): NotificationText {
  const candidates = [locale, locale.split('-')[0] ?? '', DEFAULT_LOCALE];
  const found = candidates.map((one) => CATALOGUES.get(one)).find((catalogue) => catalogue !== undefined);
  return (found as Catalogue)[kind];
}
