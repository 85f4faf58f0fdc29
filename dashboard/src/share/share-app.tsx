import { useEffect, useRef, useState } from 'preact/hooks';
import type { City } from '../map/city.ts';
import type { Store } from '../store.ts';
import { useStore } from '../use-store.ts';
import { MinusIcon, PlusIcon } from '../widgets/icons.tsx';
import type { FollowShare } from './follow-share.ts';
import { RideCard } from './ride-card.tsx';
import type { ShareMap } from './share-map.ts';
import { positionAgeMs, STALE_MS } from './shared-ride.ts';
import { LANGUAGES, type Language, preferredLanguage, TEXTS } from './texts.ts';

const NAMES: Readonly<Record<Language, string>> = { en: 'English', vi: 'Tiếng Việt' };

interface Props {
  readonly share: FollowShare;
  readonly theme: Store<'light' | 'dark'>;
}

/** The page of a share link. */
export function ShareApp({ share, theme }: Props) {
  const page = useStore(share.page);
  const [language, setLanguage] = useState(() => preferredLanguage(navigator.languages));
  const [nowMs, setNowMs] = useState(() => performance.now());
  const texts = TEXTS[language];
  useEffect(() => {
    const timer = setInterval(() => setNowMs(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = texts.title;
  }, [language]);
  const languages = (
    <fieldset class="share-languages" aria-label={texts.language}>
      {LANGUAGES.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === language}
          onClick={() => setLanguage(one)}
        >
          {NAMES[one]}
        </button>
      ))}
    </fieldset>
  );
  if (page.kind === 'over') {
    const { title, detail } = texts.over[page.why];
    return (
      <main class="share-over">
        <h1>{title}</h1>
        <p>{detail}</p>
        {languages}
      </main>
    );
  }
  const position = page.kind === 'following' ? page.ride.position : null;
  const isStale =
    position !== null && positionAgeMs(position, Math.max(nowMs, position.receivedMs)) > STALE_MS;
  return (
    <main class="share">
      <MapArea share={share} theme={theme} texts={texts} isStale={isStale} />
      <div class="share-foot">
        {page.kind === 'opening' ? (
          <section class="share-card" aria-busy="true">
            <h1>{texts.opening}</h1>
          </section>
        ) : (
          <RideCard
            page={page}
            texts={texts}
            language={language}
            nowMs={Math.max(nowMs, position?.receivedMs ?? 0)}
          />
        )}
        {languages}
      </div>
    </main>
  );
}

function MapArea(props: Props & { readonly texts: (typeof TEXTS)[Language]; readonly isStale: boolean }) {
  const { share, theme, texts, isStale } = props;
  const page = useStore(share.page);
  const shown = useStore(theme);
  const container = useRef<HTMLDivElement>(null);
  const mark = useRef<HTMLDivElement>(null);
  const map = useRef<ShareMap | null>(null);
  const [credit, setCredit] = useState('');
  const [failed, setFailed] = useState(false);
  const [following, setFollowing] = useState(true);
  const position = page.kind === 'following' ? page.ride.position : null;

  useEffect(() => {
    let closed = false;
    // A separate chunk: the card is shown while the map still loads.
    Promise.all([import('./share-map.ts'), loadCity()])
      .then(([{ ShareMap }, city]) => {
        if (closed || container.current === null || mark.current === null) return;
        map.current = new ShareMap(container.current, city, mark.current, setFollowing);
        setCredit(city.credit);
        const now = share.page.get();
        map.current.show(now.kind === 'following' ? now.ride.position : null);
      })
      .catch(() => setFailed(true));
    return () => {
      closed = true;
      map.current?.close();
      map.current = null;
    };
  }, []);
  useEffect(() => map.current?.show(position), [position]);
  useEffect(() => map.current?.repaint(), [shown]);

  return (
    <div class="share-map">
      <div ref={container} class="map-box" role="img" aria-label={texts.map} />
      <div ref={mark} class={isStale ? 'share-car share-car-stale' : 'share-car'} hidden data-testid="car">
        <span />
      </div>
      {failed ? (
        <p class="share-map-failure" role="alert">
          {texts.mapFailed}
        </p>
      ) : (
        <div class="share-tools">
          {!following && position !== null && (
            <button type="button" class="button" onClick={() => map.current?.centre()}>
              {texts.centre}
            </button>
          )}
          <button
            type="button"
            class="icon-button"
            aria-label={texts.zoomIn}
            onClick={() => map.current?.zoomBy(1)}
          >
            <PlusIcon />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={texts.zoomOut}
            onClick={() => map.current?.zoomBy(-1)}
          >
            <MinusIcon />
          </button>
        </div>
      )}
      <p class="share-credit">{credit}</p>
    </div>
  );
}

const FOLDER = '/city/';

/** The same files as the dashboard's; checked by hand, since zod would be most of this page. @throws Error */
async function loadCity(): Promise<City> {
  const response = await fetch(`${FOLDER}city.json`, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the city could not be loaded: ${response.status}`);
  const city = (await response.json()) as City;
  return { ...city, map: new URL(FOLDER + city.map, location.href).href };
}
