import { Readable } from 'node:stream';
import {
  CodedError,
  erasureListAnswerSchema,
  erasureQuerySchema,
  erasureSchema,
  personReasonSchema,
  pickFields,
  userIdSchema,
} from '@rideline/contract';
import {
  erasureView,
  findErasure,
  listErasures,
  requestErasure,
} from '@rideline/fleet/privacy/erasure-requests';
import { exportPerson } from '@rideline/fleet/privacy/export-person';
import { presented, presentedOne } from '@rideline/fleet/store/presented';
import { z } from 'zod';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { ADMINS, type AdminParts, audited, READ_PROBLEMS } from './admin-parts.ts';

const personParams = z.strictObject({ userId: userIdSchema });

async function* asLines(objects: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const one of objects) yield `${JSON.stringify(one)}\n`;
}

function exportRoute(parts: AdminParts): Route {
  const { mongo, db, state, region, clock } = parts;
  return route({
    method: 'post',
    path: '/v1/admin/people/:userId/export',
    summary: 'All stored data of a person, streamed as JSON lines; the last line is `end`.',
    access: ADMINS,
    limit: 'standard',
    params: personParams,
    body: personReasonSchema,
    answer: { mediaTypes: ['application/x-ndjson'] },
    problems: READ_PROBLEMS,
    handle: async ({ params: { userId }, body: { reason }, caller, setHeader, signal, onUnpresentable }) => {
      await audited(parts, caller, { action: 'person.export', target: `user:${userId}`, data: { reason } });
      const within = <T>(work: () => Promise<T>): Promise<T> => {
        signal.throwIfAborted();
        return mongo.call(work);
      };
      setHeader('Content-Type', 'application/x-ndjson');
      setHeader('Content-Disposition', `attachment; filename="person-${userId}.ndjson"`);
      const now = new Date(clock.wallMs());
      return Readable.from(
        asLines(exportPerson({ db, state, region, within, onUnpresentable }, userId, now)),
      );
    },
  });
}

function erasureRoutes(parts: AdminParts): Route[] {
  const { mongo, db, region, clock } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/admin/people/:userId/erasure',
      summary:
        'Requests the erasure of a person from every store. Answers at once; the report has the progress and the proof.',
      access: ADMINS,
      limit: 'standard',
      params: personParams,
      body: personReasonSchema,
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
