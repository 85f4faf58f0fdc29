import { preferencesSchema, putPreferencesSchema } from '@rideline/contract';
import { putPreferences, readPreferences } from '@rideline/fleet/settings/preferences';
import { answerCached } from '../cache/cached-answer.ts';
import { type Route, route } from '../http/route.ts';
import { ALL_ROLES, type CatalogueParts, READ_PROBLEMS } from './catalogue-reading.ts';

export function preferenceRoutes({ mongo, db, cache, region, clock }: CatalogueParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/me/preferences',
      operation: 'getPreferences',
      summary: 'The preferences of the caller; version 0 while nothing was set.',
      access: ALL_ROLES,
      limit: 'standard',
      cache: 'preferences',
      answer: preferencesSchema,
      problems: READ_PROBLEMS,
      handle: (request) =>
        answerCached(cache, 'preferences', request.caller.userId, request, async () => {
          const value = await mongo.read(() => readPreferences(db, region, request.caller.userId));
          return { version: value.version, value };
        }),
    }),
    route({
      method: 'put',
      path: '/v1/me/preferences',
      operation: 'setPreferences',
      summary: 'Sets the preferences of the caller, if they are still at the given version.',
      access: ALL_ROLES,
      limit: 'standard',
      body: putPreferencesSchema,
      answer: preferencesSchema,
      problems: ['CONFLICT', ...READ_PROBLEMS],
      handle: async ({ body, caller: { userId } }) => {
        const now = new Date(clock.wallMs());
        const written = await mongo.call(() => putPreferences(db, region, userId, body, now));
        await cache.changed('preferences', userId, written.version);
        return written;
      },
    }),
  ];
}
