import { Readable } from 'node:stream';
import {
  CodedError,
  type DriverId,
  driverIdSchema,
  ledgerQuerySchema,
  ledgerSchema,
  type RegionId,
  trackQuerySchema,
} from '@rideline/contract';
import type { Database } from '@rideline/fleet/store/database';
import { decodeCursor } from '@rideline/fleet/store/list-page';
import { readLedgerPage } from '@rideline/fleet/tracks/ledger-page';
import {
  decodeTrackCursor,
  encodeTrackCursor,
  TRACK_FORMATS,
  type TrackFormat,
} from '@rideline/fleet/tracks/track-export';
import { readTrackPage, type TrackCursor } from '@rideline/fleet/tracks/track-window';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { z } from 'zod';
import type { LastAnswers } from '../cache/last-answers.ts';
import { invalidCursor } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import type { Dependency } from '../process/dependency.ts';
import { historyReaders } from './history-readers.ts';

interface HistoryParts {
  readonly mongo: Dependency;
  readonly db: Database;
  readonly region: RegionId;
  readonly lastAnswers: LastAnswers;
}

/** Longer pages have no last answer: encoding 10,000 fixes would hold the event loop for milliseconds. */
const MOST_FIXES_KEPT = 2000;

const driverParams = z.strictObject({ driverId: driverIdSchema });
const MEDIA_TYPES = Object.values(TRACK_FORMATS).map((format) => format.mediaType.split(';')[0] ?? '');

/** Drivers see their own history only, and do not learn that others exist. @throws CodedError NOT_FOUND */
export function mayRead(caller: Principal, driverId: DriverId): void {
  if (caller.role === 'driver' && String(caller.userId) !== String(driverId))
    throw new CodedError('NOT_FOUND');
}

function cursorOf(text: string | undefined): TrackCursor | undefined {
  if (text === undefined) return undefined;
  const cursor = decodeTrackCursor(text);
  if (cursor === undefined) throw invalidCursor();
  return cursor;
}

function checkOrder(fromMs: number, toMs: number): void {
  if (fromMs < toMs) return;
  throw new CodedError('VALIDATION', undefined, {
    issues: [{ path: 'query.to', message: 'must be after from' }],
  });
}

function nextLink(driverId: DriverId, query: z.output<typeof trackQuerySchema>, next: TrackCursor): string {
  const { from, to, format, refused, limit } = query;
  const search = new URLSearchParams({
    from,
    to,
    format,
    refused: String(refused),
    limit: String(limit),
    cursor: encodeTrackCursor(next),
  });
  return `</v1/drivers/${driverId}/track?${search}>; rel="next"`;
}

function trackRoute({ mongo, db, region, lastAnswers }: HistoryParts): Route {
  return route({
    method: 'get',
    path: '/v1/drivers/:driverId/track',
    operation: 'getDriverTrack',
    summary: 'Fixes of a driver in [`from`, `to`), in time order; the Link header has the next page.',
    access: ['operator', 'admin', 'driver'],
    limit: 'standard',
    params: driverParams,
    query: trackQuerySchema,
    answer: { mediaTypes: MEDIA_TYPES },
    problems: ['NOT_FOUND', 'UNAVAILABLE', 'TIMEOUT'],
    handle: async (request) => {
      const { query, caller, setHeader, signal } = request;
      const { driverId } = request.params;
      mayRead(caller, driverId);
      const [fromMs, toMs] = [Date.parse(query.from), Date.parse(query.to)];
      checkOrder(fromMs, toMs);
      const { refused, limit } = query;
      const window = { region, driverId, fromMs, toMs, refused, limit, after: cursorOf(query.cursor) };
      const read = () =>
        readTrackPage(db, window, (work) => {
          signal.throwIfAborted();
          return mongo.read(work);
        });
      const page = await lastAnswers.answer(
        '/v1/drivers/:driverId/track',
        request,
        read,
        ({ fixes }) => fixes.length <= MOST_FIXES_KEPT,
      );
      const format: TrackFormat = query.format;
      const { mediaType, write } = TRACK_FORMATS[format];
      setHeader('Content-Type', mediaType);
      if (format !== 'geojson')
        setHeader('Content-Disposition', `attachment; filename="track-${driverId}.${format}"`);
      if (page.next) setHeader('Link', nextLink(driverId, query, page.next));
      return Readable.from(write(driverId, page.fixes));
    },
  });
}

/**
 * Ledgers read at once by this process: each decodes up to 60 MB of documents, and without a bound 30 readers hold the event loop for
 * everybody.
 */
const LEDGERS = { places: 4, reserved: 0, waiting: 60, waitMs: 2000 };

function ledgerRoute({ mongo, db, region }: Omit<HistoryParts, 'lastAnswers'>): Route {
  const inSlot = historyReaders(LEDGERS);
  return route({
    method: 'get',
    path: '/v1/drivers/:driverId/ledger',
    operation: 'getDriverLedger',
    summary:
      'The outcome of every fix of a driver, by app start: stored, refused by reason, missing. The newest app starts are on the first page.',
    access: ['operator', 'admin', 'driver'],
    limit: 'standard',
    params: driverParams,
    query: ledgerQuerySchema,
    answer: ledgerSchema,
    problems: ['NOT_FOUND', 'BUSY', 'UNAVAILABLE', 'TIMEOUT'],
    handle: async ({ params: { driverId }, query, caller, signal }) => {
      mayRead(caller, driverId);
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
      if (query.cursor !== undefined && after === null) throw invalidCursor();
      return inSlot(() =>
        readLedgerPage(db, { region, driverId, after }, (work) => {
          signal.throwIfAborted();
          return mongo.read(work);
        }),
      );
    },
  });
}

export function driverHistoryRoutes(parts: HistoryParts): Route[] {
  return [trackRoute(parts), ledgerRoute(parts)];
}
