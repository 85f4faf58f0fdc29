import { type DriverId, fixFlagNames, toIsoTime } from '@rideline/contract';
import { csvLine } from '@rideline/platform/csv';
import type { TrackCursor, TrackFix } from './track-window.ts';

export const TRACK_FORMATS = {
  geojson: { mediaType: 'application/geo+json', write: geoJson },
  gpx: { mediaType: 'application/gpx+xml', write: gpx },
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', write: csv },
} as const;
export type TrackFormat = keyof typeof TRACK_FORMATS;

/** Fixes written at a time: a chunk of about ten KB. */
const FIXES_PER_CHUNK = 100;

function* chunks(fixes: readonly TrackFix[]): Generator<readonly TrackFix[]> {
  for (let start = 0; start < fixes.length; start += FIXES_PER_CHUNK)
    yield fixes.slice(start, start + FIXES_PER_CHUNK);
}

function feature(fix: TrackFix): string {
  const { boot, seq, speed, heading, accuracy, verdict } = fix;
  const geometry =
    fix.lat === null || fix.lng === null ? null : { type: 'Point', coordinates: [fix.lng, fix.lat] };
  const flags = fixFlagNames(fix.flags);
  const properties = { boot, seq, time: toIsoTime(fix.t), speed, heading, accuracy, flags, verdict };
  return JSON.stringify({ type: 'Feature', geometry, properties });
}

/** RFC 7946: a FeatureCollection of points in order of time. A refused fix without usable coordinates has no geometry. */
function* geoJson(driverId: DriverId, fixes: readonly TrackFix[]): Generator<string> {
  yield `{"type":"FeatureCollection","driverId":${JSON.stringify(driverId)},"features":[`;
  let separator = '';
  for (const chunk of chunks(fixes)) {
    yield separator + chunk.map(feature).join(',\n');
    separator = ',\n';
  }
  yield ']}\n';
}

/** A decimal without an exponent, which GPX does not have (xsd:decimal): seven digits are 11 mm. */
const plain = (value: number): string => (String(value).includes('e') ? value.toFixed(7) : String(value));

/** GPX ends its longitudes before 180° and its courses before 360°. */
const gpxLongitude = (lng: number): string => plain(lng === 180 ? -180 : lng);

function trackPoint(fix: TrackFix & { lat: number; lng: number }): string {
  const speed = fix.speed === null ? '' : `<tpx:speed>${plain(fix.speed)}</tpx:speed>`;
  const course = fix.heading === null ? '' : `<tpx:course>${plain(fix.heading % 360)}</tpx:course>`;
  const extension =
    speed || course
      ? `<extensions><tpx:TrackPointExtension>${speed}${course}</tpx:TrackPointExtension></extensions>`
      : '';
  return `<trkpt lat="${plain(fix.lat)}" lon="${gpxLongitude(fix.lng)}"><time>${toIsoTime(fix.t)}</time>${extension}</trkpt>`;
}

const isShown = (fix: TrackFix): fix is TrackFix & { lat: number; lng: number } =>
  fix.verdict === 'ok' && fix.lat !== null && fix.lng !== null;

/** GPX 1.1, one segment for consecutive fixes of one boot: the route between two starts of the app is unknown. Accepted fixes only. */
function* gpx(driverId: DriverId, fixes: readonly TrackFix[]): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Rideline" xmlns="http://www.topografix.com/GPX/1/1" xmlns:tpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">\n';
  // An id has only letters, digits, _ and -, so it needs no escaping.
  yield `<trk><name>${driverId}</name>\n`;
  let boot: string | undefined;
  for (const chunk of chunks(fixes)) {
    let text = '';
    for (const fix of chunk) {
      if (!isShown(fix)) continue;
      if (fix.boot !== boot) text += `${boot === undefined ? '' : '</trkseg>\n'}<trkseg>\n`;
      boot = fix.boot;
      text += `${trackPoint(fix)}\n`;
    }
    yield text;
  }
  yield `${boot === undefined ? '' : '</trkseg>'}</trk></gpx>\n`;
}

const CSV_COLUMNS = 'boot,seq,time,lat,lng,speed,heading,accuracy,flags,verdict,received_at'.split(',');

function cellsOf(fix: TrackFix): (string | number | null)[] {
  const { boot, seq, lat, lng, speed, heading, accuracy, flags, verdict } = fix;
  return [
    boot,
    seq,
    toIsoTime(fix.t),
    lat,
    lng,
    speed,
    heading,
    accuracy,
    flags,
    verdict,
    toIsoTime(fix.receivedAt),
  ];
}

/** RFC 4180 with a header line. The boot is the phone's own text. */
function* csv(_driverId: DriverId, fixes: readonly TrackFix[]): Generator<string> {
  yield csvLine(CSV_COLUMNS);
  for (const chunk of chunks(fixes)) yield chunk.map((fix) => csvLine(cellsOf(fix))).join('');
}

export function encodeTrackCursor({ t, boot, seq }: TrackCursor): string {
  return Buffer.from(`${t}.${boot}.${seq}`).toString('base64url');
}

/** Decodes a cursor; undefined when the text is malformed. */
export function decodeTrackCursor(text: string): TrackCursor | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\.([A-Za-z0-9_-]{1,64})\.(\d{1,10})$/.exec(
    Buffer.from(text, 'base64url').toString('latin1'),
  );
  const [, t, boot, seq] = match ?? [];
  return t === undefined || boot === undefined || seq === undefined
    ? undefined
    : { t: Number(t), boot, seq: Number(seq) };
}
