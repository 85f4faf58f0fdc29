import { z } from 'zod';
import { minorAmount } from './money.ts';
import { inQuery } from './query.ts';
import { localeSchema, reasonText } from './text.ts';
import { isoTime, requestTime } from './times.ts';
import { tierSchema } from './trips.ts';

const rate = z.number().nonnegative().describe("the currency's minor units; may have decimals");

/** Rates from which a ride of one tier is estimated. */
export const tariffSchema = z.object({
  currency: z.string().describe('ISO 4217'),
  baseMinor: minorAmount.describe("for every ride, in the currency's minor units"),
  perKmMinor: rate.describe("for each kilometre, in the currency's minor units; may have decimals"),
  perMinuteMinor: rate.describe("for each minute, in the currency's minor units; may have decimals"),
  minimumMinor: minorAmount.describe("least fare of a ride, in the currency's minor units"),
});

/** `GET /v1/catalogue`: the services of this region, lowest tier first. */
export const catalogueSchema = z.object({
  version: z.int().describe('version of the catalogue: send it with a change'),
  tiers: z
    .array(
      z.object({
        tier: tierSchema.describe('name of the service'),
        open: z.boolean().describe('whether trips of it can be requested now'),
        tariff: tariffSchema.describe('from which its fares are estimated'),
      }),
    )
    .describe('lowest first'),
});
export type Catalogue = z.infer<typeof catalogueSchema>;

/** `PUT /v1/admin/catalogue/:tier`: opens or closes a tier. `version`: the version of the catalogue that was read; any other is CONFLICT. */
export const putCatalogueTierSchema = z.strictObject({
  version: z.int().nonnegative().describe('the version that you read; another one is CONFLICT'),
  open: z.boolean().describe('whether trips of the tier can be requested'),
  reason: reasonText,
});

export const promotionCodeSchema = z
  .string()
  .regex(/^[A-Z0-9-]{3,24}$/)
  .describe('code of the promotion');

/** Percent off the estimate, within a time range and optionally for one tier only. */
export const promotionSchema = z.object({
  code: promotionCodeSchema,
  tier: tierSchema.nullable().describe('the tier that it is for; null: every tier'),
  percentOff: z.int().describe('percent off the estimate'),
  from: isoTime.describe('begin, inclusive'),
  until: isoTime.describe('end, exclusive'),
});
export type Promotion = z.infer<typeof promotionSchema>;

/** `GET /v1/promotions`: current and future promotions. */
export const promotionListSchema = z.object({
  version: z.int().describe('version of the list'),
  promotions: z.array(promotionSchema).describe('current and future ones'),
});
export type PromotionList = z.infer<typeof promotionListSchema>;

/** `POST /v1/admin/promotions`. Repeating the same promotion changes nothing; a different one with an existing code is CONFLICT. */
export const createPromotionSchema = z
  .strictObject({
    code: promotionCodeSchema,
    tier: tierSchema.nullable().default(null).describe('the tier that it is for; null: every tier'),
    percentOff: z.int().min(1).max(90).describe('percent off the estimate'),
    from: requestTime.describe('begin, inclusive'),
    until: requestTime.describe('end, exclusive'),
    reason: reasonText,
  })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), 'until must be after from');

const lat = inQuery(z.number().min(-90).max(90));
const lng = inQuery(z.number().min(-180).max(180));

/** `GET /v1/fares` */
export const fareQuerySchema = z.strictObject({
  pickupLat: lat,
  pickupLng: lng,
  dropoffLat: lat,
  dropoffLng: lng,
  tier: tierSchema.default('standard'),
});

/** An estimate, not a price; a request estimates the fare again and stores it with the trip. `open`: always true, since the fare of a closed tier is CONFLICT. */
export const fareSchema = z.object({
  tier: tierSchema.describe('service tier'),
  open: z.boolean().describe('always true: the fare of a closed tier is CONFLICT'),
  currency: z.string().describe('ISO 4217'),
  estimateMinor: minorAmount.describe("estimate before a promotion, in the currency's minor units"),
  promotion: promotionCodeSchema
    .nullable()
    .describe('code of the best current promotion; null: none applies'),
  fareMinor: minorAmount.describe("estimate after the promotion, in the currency's minor units"),
});
export type Fare = z.infer<typeof fareSchema>;

/** A user's preferences. Version 0: never set. */
export const preferencesSchema = z.object({
  version: z.int().describe('version of the preferences: send it with a change; 0: never set'),
  locale: z.string().describe('language of notifications, BCP 47'),
  units: z.enum(['metric', 'imperial']).describe('how distances are shown'),
  tier: tierSchema.describe('tier that is chosen at first'),
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** `PUT /v1/me/preferences`. `version`: the version that was read; any other is CONFLICT. */
export const putPreferencesSchema = z.strictObject({
  version: z.int().nonnegative().describe('the version that you read; another one is CONFLICT'),
  locale: localeSchema.describe('language of notifications, BCP 47'),
  units: z.enum(['metric', 'imperial']).describe('how distances are shown'),
  tier: tierSchema.describe('tier that is chosen at first'),
});

const count = z.int().nonnegative();

/** `GET /v1/admin/caches`: reads of one node since its start, by source of the answer. */
export const cacheListSchema = z.object({
  process: z.string().describe('the node that answered; the figures are its own, since its start'),
  caches: z
    .array(
      z.object({
        cache: z.string().describe('name of the cache'),
        reads: count.describe('reads'),
        hitRate: z
          .number()
          .nullable()
          .describe('share of reads that did not reach MongoDB, 0 to 1; null: no read yet'),
        process: count.describe('answered from the memory of the process'),
        hit: count.describe('answered from Redis'),
        miss: count.describe('answered from MongoDB'),
        degraded: count.describe('answered from MongoDB because Redis did not answer'),
        stale: count.describe('answered by an expired entry because MongoDB did not answer'),
        ttlMs: count.describe('lifetime of an entry, ms'),
      }),
    )
    .describe('every cache'),
});
