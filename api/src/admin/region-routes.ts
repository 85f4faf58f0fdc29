import {
  CodedError,
  putRegionSchema,
  regionIdSchema,
  regionListSchema,
  regionSettingsSchema,
} from '@rideline/contract';
import type { StoredRegion } from '@rideline/fleet/settings/region-collection';
import { putRegion, readRegion, settingsOf } from '@rideline/fleet/settings/region-settings';
import { presentedOne } from '@rideline/fleet/store/presented';
import type { Cache } from '@rideline/platform/cache/cache';
import { z } from 'zod';
import { ONLY } from '../catalogue/catalogue-reading.ts';
import { type Route, route } from '../http/route.ts';
import { ADMINS, type AdminParts, audited, READ_PROBLEMS, STAFF } from './admin-parts.ts';

export function regionRoutes(
  parts: AdminParts & { readonly retentionDays: number; readonly cache: Cache },
): Route[] {
  const { mongo, db, cache, region, clock } = parts;
  const defaults = { retentionDays: parts.retentionDays };
  return [
    route({
      method: 'get',
      path: '/v1/admin/regions',
      operation: 'listRegions',
      summary: 'The settings of the region that this server serves: retention, currency, time zone, locale.',
      access: STAFF,
      limit: 'standard',
      answer: regionListSchema,
      problems: ['UNPRESENTABLE', ...READ_PROBLEMS],
      handle: async ({ onUnpresentable }) => {
        const stored = await mongo.read(() => readRegion(db, region));
        const view = (one: StoredRegion) => settingsOf(region, one, defaults);
        const settings =
          stored === null
            ? settingsOf(region, null, defaults)
            : presentedOne('region', stored, view, onUnpresentable);
        return { regions: [settings] };
      },
    }),
    route({
      method: 'put',
      path: '/v1/admin/regions/:region',
      operation: 'setRegion',
      summary:
        'Changes the settings of the region. In force on every node after 30 s, the currency at once. A changed retention is then applied to stored data by a background job; retentionChange has its progress. Repeating the change that is in force succeeds.',
      access: ADMINS,
      limit: 'standard',
      params: z.strictObject({ region: regionIdSchema }),
      body: putRegionSchema,
      answer: regionSettingsSchema,
      problems: ['NOT_FOUND', 'CONFLICT', ...READ_PROBLEMS],
      handle: async ({ params, body, caller }) => {
        if (params.region !== region) throw new CodedError('NOT_FOUND');
        const { version, reason, ...settings } = body;
        await audited(parts, caller, {
          action: 'region.put',
          target: `region:${region}`,
          data: { reason, ...settings },
        });
        const now = new Date(clock.wallMs());
        const stored = await mongo.call(() => putRegion(db, region, settings, { version, defaults, now }));
        await cache.changed('currency', ONLY, stored.version);
        return settingsOf(region, stored, defaults);
      },
    }),
  ];
}
