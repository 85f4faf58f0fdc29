import type { SharePage } from './follow-share.ts';
import { etaMinutes, positionAgeMs, STALE_MS } from './shared-ride.ts';
import { dateLocale, type Language, type Texts } from './texts.ts';

const MINUTE_SECONDS = 60;

function ageText(ms: number, texts: Texts): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < MINUTE_SECONDS
    ? texts.seconds(seconds)
    : texts.minutes(Math.floor(seconds / MINUTE_SECONDS));
}

function EtaLine({ page, texts }: { page: Extract<SharePage, { kind: 'following' }>; texts: Texts }) {
  const { state, etaSeconds } = page.ride;
  if (etaSeconds === null) return null;
  const text = state === 'accepted' ? texts.pickupIn : texts.arrivalIn;
  return <p class="share-eta">{text(etaMinutes(etaSeconds))}</p>;
}

/** State, arrival, driver and vehicle, and how old the position is. */
export function RideCard(props: {
  readonly page: Extract<SharePage, { kind: 'following' }>;
  readonly texts: Texts;
  readonly language: Language;
  readonly nowMs: number;
}) {
  const { page, texts, language, nowMs } = props;
  const { state, driver, position } = page.ride;
  const ageMs = position === null ? null : positionAgeMs(position, nowMs);
  const isStale = ageMs !== null && ageMs > STALE_MS;
  return (
    <section class="share-card">
      <h1 aria-live="polite">{texts.state[state]}</h1>
      <EtaLine page={page} texts={texts} />
      {driver !== null && (
        <p class="share-driver">
          {driver.name !== '' && <span>{texts.driver(driver.name)}</span>}
          {driver.vehicle !== '' && <span>{driver.vehicle}</span>}
          {driver.plate !== '' && <strong class="share-plate">{driver.plate}</strong>}
        </p>
      )}
      {page.connected ? (
        driver !== null && (
          <p class={isStale ? 'share-age share-stale' : 'share-age'} role={isStale ? 'status' : undefined}>
            {ageMs === null
              ? texts.noPosition
              : (isStale ? texts.stale : texts.positionAge)(ageText(ageMs, texts))}
          </p>
        )
      ) : (
        <p class="share-age share-stale" role="status">
          {texts.lost}
        </p>
      )}
      {page.endsAt !== '' && (
        <p class="share-note">
          {texts.note(
            new Intl.DateTimeFormat(dateLocale(language, navigator.languages), {
              dateStyle: 'short',
              timeStyle: 'short',
            }).format(new Date(page.endsAt)),
          )}
        </p>
      )}
    </section>
  );
}
