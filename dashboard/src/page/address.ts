/** The state in the address bar, so that a link opens the same view. */
export interface Address {
  readonly view: { readonly zoom: number; readonly lat: number; readonly lng: number } | null;
  readonly cab: string | null;
  readonly trip: string | null;
  readonly document: string | null;
  readonly follow: boolean;
}

/** The contract's external id. Anything else in a link is ignored and never requested. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads `#map=12.4/37.77/-122.42&cab=ID&follow`, `&trip=ID` or `&document=ID`, with at most one selected. Unknown parts are ignored. */
export function readAddress(hash: string): Address {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const cab = readId(parts.get('cab'));
  const trip = cab === null ? readId(parts.get('trip')) : null;
  return {
    view: readView(parts.get('map')),
    cab,
    trip,
    document: cab === null && trip === null ? readId(parts.get('document')) : null,
    follow: cab !== null && parts.has('follow'),
  };
}

function readId(text: string | null): string | null {
  return text !== null && ID.test(text) ? text : null;
}

function readView(text: string | null): Address['view'] {
  const [zoom, lat, lng, ...more] = (text ?? '')
    .split('/')
    .map((part) => (part === '' ? Number.NaN : Number(part)));
  if (zoom === undefined || lat === undefined || lng === undefined || more.length > 0) return null;
  const valid = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180;
  return valid ? { zoom, lat, lng } : null;
}

export function writeAddress({ view, cab, trip, document, follow }: Address): string {
  const parts: string[] = [];
  if (view !== null) parts.push(`map=${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lng.toFixed(5)}`);
  if (cab !== null) parts.push(`cab=${cab}`);
  if (cab === null && trip !== null) parts.push(`trip=${trip}`);
  if (cab === null && trip === null && document !== null) parts.push(`document=${document}`);
  if (cab !== null && follow) parts.push('follow');
  return parts.length === 0 ? '' : `#${parts.join('&')}`;
}
