import {
  adminLimitsSchema,
  pickFields,
  revocationListSchema,
  revocationQuerySchema,
  toIsoTime,
} from '@rideline/contract';
import { readLimitUsage } from '@rideline/fleet/accounts/limit-usage';
import type { StoredRevocation } from '@rideline/fleet/accounts/revocation-collection';
import { listRevocations } from '@rideline/fleet/accounts/revocation-page';
import { presented } from '@rideline/fleet/store/presented';
import type { LimitPoints } from '@rideline/platform/limits/request-limits';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { ADMINS, type AdminParts, READ_PROBLEMS, STAFF } from './admin-parts.ts';

function viewOf({ _id, kind, subject, userId, notBefore, at, expireAt }: StoredRevocation) {
  return {
    id: _id,
    kind,
    subject,
    userId,
    notBefore: toIsoTime(notBefore),
    at: toIsoTime(at),
    expireAt: toIsoTime(expireAt),
  };
}

/** Callers that are refused, and why: exhausted request limits, revoked tokens. */
export function exclusionRoutes(parts: AdminParts & { readonly requestLimits: LimitPoints }): Route[] {
  const { mongo, redis, db, state, region, requestLimits } = parts;
  return [
    route({
      method: 'get',
      path: '/v1/admin/limits',
      operation: 'listRequestLimits',
      summary: 'Every request limit in force, and the callers over it now.',
      access: STAFF,
      limit: 'standard',
      answer: adminLimitsSchema,
      problems: READ_PROBLEMS,
      handle: () => redis.read(() => readLimitUsage(state, region, requestLimits)),
    }),
    route({
      method: 'get',
      path: '/v1/admin/revocations',
      operation: 'listRevocations',
      summary:
        'Revocations of tokens, newest first; each is removed when the last token that it covers has expired.',
      access: ADMINS,
      limit: 'standard',
      query: revocationQuerySchema,
      answer: revocationListSchema,
      problems: READ_PROBLEMS,
      handle: async ({ query, onUnpresentable }) => {
        const { subject, fields } = query;
        const { documents, next } = await mongo.read(() =>
          listRevocations(db, region, subject, pageOf(query)),
        );
        const revocations = presented(documents, (one) => pickFields(viewOf(one), fields), onUnpresentable);
        return { revocations, next: nextOf(next) };
      },
    }),
  ];
}
