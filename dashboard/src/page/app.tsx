import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { CabDrawer } from '../cabs/cab-drawer.tsx';
import { type CabQuery, INITIAL_CAB_QUERY, listCabs, stepFrom } from '../cabs/cab-list.ts';
import { CabsPanel } from '../cabs/cabs-panel.tsx';
import { DocumentDrawer } from '../documents/document-drawer.tsx';
import { ReviewsPanel } from '../documents/reviews-panel.tsx';
import { kindAfter, LIST_KIND_NAMES, type ListKind, ListKinds } from '../list/list-kinds.tsx';
import type { FleetMap } from '../map/fleet-map.ts';
import { MapView } from '../map/map-view.tsx';
import { Strip } from '../strip/strip.tsx';
import { TripDrawer } from '../trips/trip-drawer.tsx';
import { INITIAL_TRIP_QUERY, listTrips, type TripQuery } from '../trips/trip-list.ts';
import { TripsPanel } from '../trips/trips-panel.tsx';
import { useStore } from '../use-store.ts';
import { Banner } from './banner.tsx';
import { ErrorScreen } from './error-screen.tsx';
import { commandFor } from './keys.ts';
import { KeysHelp } from './keys-help.tsx';
import type { Page } from './page.ts';
import { Skeleton } from './skeleton.tsx';
import { type Tab, Tabs } from './tabs.tsx';
import { useNarrow } from './use-narrow.ts';

export function App({ page }: { page: Page | null }) {
  return page === null ? <Skeleton /> : <Running page={page} />;
}

function Running({ page }: { page: Page }) {
  const link = useStore(page.connection.link);
  useEffect(() => {
    if (link.kind === 'signed_out') page.signOut(link.code);
  }, [link]);
  if (link.kind === 'refused') {
    return (
      <ErrorScreen
        title="The server refused this page"
        code={link.code}
        detail={link.detail}
        onSignOut={() => page.signOut(null)}
      />
    );
  }
  return <Workspace page={page} />;
}

/** Strip, list, map and drawer: one selection for all of them. */
function Workspace({ page }: { page: Page }) {
  const narrow = useNarrow();
  const second = useStore(page.second);
  const { cab, trip, document: documentId } = useStore(page.selection);
  const trips = useStore(page.trips.trips);
  const reviews = useStore(page.reviews.waiting);
  const reviewRows = reviews.kind === 'ready' ? reviews.value : [];
  const [query, setQuery] = useState<CabQuery>(INITIAL_CAB_QUERY);
  const [kind, setKind] = useState<ListKind>(
    trip !== null ? 'trips' : documentId !== null ? 'documents' : 'cabs',
  );
  const [tripQuery, setTripQuery] = useState<TripQuery>(INITIAL_TRIP_QUERY);
  const [tab, setTab] = useState<Tab>('map');
  const [help, setHelp] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const map = useRef<FleetMap | null>(null);
  // Rows are sorted once a second, not with every frame: a list that reorders itself five times a second is unreadable.
  const rows = useMemo(
    () => listCabs(page.fleet.get().cabs.values(), query, page.tiersNow()),
    [second, query],
  );

  const tripRows = useMemo(() => listTrips(trips, tripQuery), [trips, tripQuery]);

  const selectCab = (id: string | null) => {
    page.selectCab(id);
    if (id !== null) map.current?.showCab(id, false);
  };
  const selectTrip = (id: string | null) => {
    page.selectTrip(id);
    if (id !== null) map.current?.showTrip(id, false);
  };
  const moveSelection = (step: 'next' | 'previous' | 'first' | 'last') => {
    if (kind === 'cabs') return selectCab(stepFrom(rows, cab, step));
    if (kind === 'documents') {
      const ids = reviewRows.map((one) => ({ id: one.documentId }));
      return page.selectDocument(stepFrom(ids, documentId, step));
    }
    const ids = tripRows.map(({ tripId }) => ({ id: tripId }));
    selectTrip(stepFrom(ids, trip, step));
  };
  const close = () => {
    if (help) setHelp(false);
    else if (cab !== null || trip !== null || documentId !== null) selectCab(null);
    else {
      setQuery({ ...query, search: '' });
      setTripQuery({ ...tripQuery, search: '' });
      search.current?.blur();
    }
  };
  const onKey = (event: KeyboardEvent) => {
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const command = commandFor({
      key: event.key,
      ctrlKey: event.ctrlKey,
      metaKey: event.metaKey,
      altKey: event.altKey,
      inText: target.matches('input'),
      onMap: target.matches('.maplibregl-canvas'),
    });
    if (command === null || (help && command !== 'close')) return;
    event.preventDefault();
    switch (command) {
      case 'close':
        return close();
      case 'help':
        return setHelp(true);
      case 'kind':
        return setKind(kindAfter(kind));
      case 'follow':
        return page.follow(!page.selection.get().follow);
      case 'search':
        setTab('list');
        // Immediately, so that fast typing is not lost; a field in a hidden tab can be focused only after the tab is shown.
        search.current?.focus();
        if (document.activeElement !== search.current) setTimeout(() => search.current?.focus());
        return;
      default:
        moveSelection(command);
    }
  };
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);

  return (
    <div
      class="workspace"
      data-tab={narrow ? tab : undefined}
      data-drawer={cab === null && trip === null && documentId === null ? undefined : 'open'}
    >
      <Strip page={page} onHelp={() => setHelp(true)} />
      {narrow && (
        <Tabs
          tab={tab}
          count={{ cabs: rows, trips: tripRows, documents: reviewRows }[kind].length}
          kind={kind}
          onTab={setTab}
        />
      )}
      <section class="list" aria-label={LIST_KIND_NAMES[kind]}>
        <ListKinds
          kind={kind}
          counts={{
            cabs: page.fleet.get().cabs.size,
            trips: trips.size,
            documents: reviews.kind === 'ready' ? reviewRows.length : undefined,
          }}
          onKind={setKind}
        />
        {kind === 'cabs' && (
          <CabsPanel
            page={page}
            rows={rows}
            query={query}
            selected={cab}
            search={search}
            onQuery={setQuery}
            onSelect={selectCab}
            onShow={(id) => {
              setTab('map');
              map.current?.showCab(id, true);
            }}
          />
        )}
        {kind === 'trips' && (
          <TripsPanel
            page={page}
            rows={tripRows}
            query={tripQuery}
            selected={trip}
            search={search}
            onQuery={setTripQuery}
            onSelect={selectTrip}
            onShow={(id) => {
              setTab('map');
              page.selectTrip(id);
              map.current?.showTrip(id, true);
            }}
          />
        )}
        {kind === 'documents' && (
          <ReviewsPanel page={page} rows={reviewRows} selected={documentId} onSelect={page.selectDocument} />
        )}
      </section>
      <MapView page={page} map={map} narrow={narrow} />
      <Banner page={page} />
      {cab !== null && (
        <CabDrawer
          page={page}
          id={cab}
          onClose={() => selectCab(null)}
          onTrip={selectTrip}
          onShow={() => map.current?.showCab(cab, true)}
        />
      )}
      {trip !== null && (
        <TripDrawer
          page={page}
          id={trip}
          onClose={() => selectTrip(null)}
          onShow={() => map.current?.showTrip(trip, true)}
          onCab={selectCab}
        />
      )}
      {documentId !== null && (
        <DocumentDrawer
          page={page}
          id={documentId}
          onClose={() => page.selectDocument(null)}
          onDone={() => {
            page.selectDocument(nextOf(reviewRows, documentId));
            page.reviews.reload();
          }}
        />
      )}
      {help && <KeysHelp onClose={() => setHelp(false)} />}
    </div>
  );
}

/** The document after a reviewed one, so that the queue can be worked through; null at its end. */
function nextOf(rows: readonly { documentId: string }[], decided: string): string | null {
  const index = rows.findIndex(({ documentId }) => documentId === decided);
  return rows[index + 1]?.documentId ?? null;
}
