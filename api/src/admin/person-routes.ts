import { Readable } from 'node:stream';
import {
  CodedError,
  erasureListAnswerSchema,
  erasureQuerySchema,
  erasureSchema,
  personExportSchema,
  pickFields,
  type RegionId,
  reasonSchema,
  type UserId,
  userIdSchema,
} from '@rideline/contract';
import {
  erasureView,
  findErasure,
  listErasures,
  requestErasure,
} from '@rideline/fleet/privacy/erasure-requests';
import type { ExportCursor } from '@rideline/fleet/privacy/export-cursor';
import { EXPORT_ACTION, exportCursorOf, exportPerson } from '@rideline/fleet/privacy/export-person';
import { presented, presentedOne } from '@rideline/fleet/store/presented';
import { z } from 'zod';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import type { Dependency } from '../process/dependency.ts';
import { ADMINS, type AdminParts, audited, READ_PROBLEMS } from './admin-parts.ts';

const personParams = z.strictObject({ userId: userIdSchema });

async function* asLines(objects: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const one of objects) yield `${JSON.stringify(one)}\n`;
}

/** @throws CodedError VALIDATION when it is no cursor of an export of this person */
function continuedAfter(region: RegionId, userId: UserId, after: string | undefined): ExportCursor | null {
  if (after === undefined) return null;
  const cursor = exportCursorOf(region, userId, after);
  if (cursor !== null) return cursor;
  const issues = [{ path: 'body.after', message: 'must be from a cursor line of an export of this person' }];
  throw new CodedError('VALIDATION', undefined, { issues });
}

function exportRoute(parts: AdminParts): Route {
  const { mongo, redis, db, state, region, clock } = parts;
  return route({
    method: 'post',
    path: '/v1/admin/people/:userId/export',
    operation: 'exportPerson',
    summary:
      'All stored data of a person, streamed as JSON lines; the last line is `end`. An export that broke off continues with the `after` of its last `cursor` line.',
    access: ADMINS,
    limit: 'standard',
    params: personParams,
    body: personExportSchema,
    answer: { mediaTypes: ['application/x-ndjson'] },
    problems: READ_PROBLEMS,
    handle: async ({ params: { userId }, body, caller, setHeader, signal, onUnpresentable }) => {
      const cursor = continuedAfter(region, userId, body.after);
      const continued = cursor === null ? {} : { continuedAfterLines: cursor.lines };
      const data = { reason: body.reason, ...continued };
      await audited(parts, caller, { action: EXPORT_ACTION, target: `user:${userId}`, data });
      const from = (dependency: Dependency) => {
        return <T>(work: () => Promise<T>): Promise<T> => {
          signal.throwIfAborted();
          return dependency.read(work);
        };
      };
      setHeader('Content-Type', 'application/x-ndjson');
      setHeader('Content-Disposition', `attachment; filename="person-${userId}.ndjson"`);
      const stores = { db, state, region, within: from(mongo), withinState: from(redis), onUnpresentable };
      return Readable.from(asLines(exportPerson(stores, userId, cursor ?? new Date(clock.wallMs()))));
    },
  });
}

function erasureRoutes(parts: AdminParts): Route[] {
  const { mongo, db, region, clock } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/admin/people/:userId/erasure',
      operation: 'erasePerson',
      summary:
        'Requests the erasure of a person from every store. Answers at once; the report has the progress and the proof.',
      access: ADMINS,
      limit: 'standard',
      params: personParams,
      body: reasonSchema,
      status: 202,
      idempotent: true,
      answer: erasureSchema,
      problems: ['FORBIDDEN', ...READ_PROBLEMS],
      handle: async ({ params: { userId }, body: { reason }, caller, reservedId, setHeader }) => {
        if (userId === caller.userId) throw new CodedError('FORBIDDEN', 'Admins cannot erase themselves.');
        await audited(parts, caller, { action: 'person.erase', target: `user:${userId}`, data: { reason } });
        const request = { id: reservedId, userId, now: new Date(clock.wallMs()) };
        const { erasure } = await mongo.call(() => requestErasure({ db, region }, request));
        setHeader('Location', `/v1/admin/erasures/${erasure._id}`);
        return erasureView(erasure);
      },
    }),
    route({
      method: 'get',
      path: '/v1/admin/erasures',
      operation: 'listErasures',
      summary: 'Erasures of persons, newest first.',
      access: ADMINS,
      limit: 'standard',
      query: erasureQuerySchema,
      answer: erasureListAnswerSchema,
      problems: READ_PROBLEMS,
      handle: async ({ query, onUnpresentable }) => {
        const { documents, next } = await mongo.read(() =>
          listErasures({ db, region }, query.userId, pageOf(query)),
        );
        const erasures = presented(
          documents,
          (one) => pickFields(erasureView(one), query.fields),
          onUnpresentable,
        );
        return { erasures, next: nextOf(next) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/admin/erasures/:erasureId',
      operation: 'getErasure',
      summary: 'The report of an erasure: its steps, and the search for the id in every store.',
      access: ADMINS,
      limit: 'standard',
      params: z.strictObject({ erasureId: z.uuid() }),
      answer: erasureSchema,
      problems: ['NOT_FOUND', 'UNPRESENTABLE', ...READ_PROBLEMS],
      handle: async ({ params: { erasureId }, onUnpresentable }) => {
        const found = await mongo.read(() => findErasure({ db, region }, erasureId));
        if (found === null) throw new CodedError('NOT_FOUND');
        return presentedOne('erasure', found, erasureView, onUnpresentable);
      },
    }),
  ];
}

/** The legal rights of a person: export and erasure of their stored data. */
export function personRoutes(parts: AdminParts): Route[] {
  return [exportRoute(parts), ...erasureRoutes(parts)];
}
