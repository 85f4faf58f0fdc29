import {
  catalogueSchema,
  createPromotionSchema,
  promotionCodeSchema,
  promotionListSchema,
  putCatalogueTierSchema,
  reasonSchema,
  tierSchema,
} from '@rideline/contract';
import { putCatalogueTier } from '@rideline/fleet/pricing/catalogue';
import { addPromotion, endPromotion } from '@rideline/fleet/pricing/promotions';
import { writeAudit } from '@rideline/fleet/store/audit';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import {
  ALL_ROLES,
  type CatalogueParts,
  catalogueOf,
  ONLY,
  promotionsOf,
  READ_PROBLEMS,
} from './catalogue-reading.ts';

const ADMINS = ['admin'] as const;
const quiet = { setHeader: () => undefined };

export function catalogueRoutes(parts: CatalogueParts): Route[] {
  const { mongo, db, cache, region, clock } = parts;
  const now = () => new Date(clock.wallMs());

  async function audited(caller: Principal, action: string, target: string, data: Record<string, unknown>) {
    const actor = { role: caller.role, id: caller.userId };
    await mongo.call(() => writeAudit(db, region, { actor, action, target, data }, now()));
  }
  /** Promotions that have not ended. */
  async function listed(request: Parameters<typeof promotionsOf>[1]) {
    const { version, promotions } = await promotionsOf(parts, request);
    const nowMs = clock.wallMs();
    return { version, promotions: promotions.filter(({ until }) => Date.parse(until) > nowMs) };
  }

  return [
    route({
      method: 'get',
      path: '/v1/catalogue',
      operation: 'getCatalogue',
      summary: 'The services of this region: tiers, their tariffs, and whether they are open.',
      access: ALL_ROLES,
      limit: 'standard',
      cache: 'catalogue',
      answer: catalogueSchema,
      problems: READ_PROBLEMS,
      handle: (request) => catalogueOf(parts, request),
    }),
    route({
      method: 'put',
      path: '/v1/admin/catalogue/:tier',
      operation: 'setCatalogueTier',
      summary: 'Opens or closes a tier, if the catalogue is still at the given version.',
      access: ADMINS,
      limit: 'standard',
      params: z.strictObject({ tier: tierSchema }),
      body: putCatalogueTierSchema,
      answer: catalogueSchema,
      problems: ['CONFLICT', ...READ_PROBLEMS],
      handle: async ({ params: { tier }, body: { version, open, reason }, caller }) => {
        await audited(caller, 'catalogue.put', `tier:${tier}`, { open, reason });
        const update = { tier, open, version, now: now() };
        const next = await mongo.call(() => putCatalogueTier(db, region, update));
        await cache.changed('catalogue', ONLY, next);
        return catalogueOf(parts, quiet);
      },
    }),
    route({
      method: 'get',
      path: '/v1/promotions',
      operation: 'listPromotions',
      summary: 'Current and future promotions.',
      access: ALL_ROLES,
      limit: 'standard',
      cache: 'promotions',
      answer: promotionListSchema,
      problems: READ_PROBLEMS,
      handle: listed,
    }),
    route({
      method: 'post',
      path: '/v1/admin/promotions',
      operation: 'createPromotion',
      summary: 'Adds a promotion under a unique code. Repeats change nothing.',
      access: ADMINS,
      limit: 'standard',
      idempotent: true,
      body: createPromotionSchema,
      answer: promotionListSchema,
      status: 201,
      problems: ['CONFLICT', 'STORE_FULL', ...READ_PROBLEMS],
      handle: async ({ body: { reason, ...promotion }, caller }) => {
        await audited(caller, 'promotion.create', `promotion:${promotion.code}`, { ...promotion, reason });
        const version = await mongo.call(() => addPromotion(db, region, promotion, now()));
        await cache.changed('promotions', ONLY, version);
        return listed(quiet);
      },
    }),
    route({
      method: 'post',
      path: '/v1/admin/promotions/:code/end',
      operation: 'endPromotion',
      summary: 'Ends a promotion. A promotion that does not exist counts as ended.',
      access: ADMINS,
      limit: 'standard',
      params: z.strictObject({ code: promotionCodeSchema }),
      body: reasonSchema,
      answer: promotionListSchema,
      problems: ['CONFLICT', ...READ_PROBLEMS],
      handle: async ({ params: { code }, body: { reason }, caller }) => {
        await audited(caller, 'promotion.end', `promotion:${code}`, { reason });
        const version = await mongo.call(() => endPromotion(db, region, code, now()));
        await cache.changed('promotions', ONLY, version);
        return listed(quiet);
      },
    }),
  ];
}
