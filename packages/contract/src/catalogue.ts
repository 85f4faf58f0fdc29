import { z } from 'zod';
import { minorAmount } from './money.ts';
import { inQuery } from './query.ts';
import { localeSchema, reasonText } from './text.ts';
import { isoTime, requestTime } from './times.ts';
import { tierSchema } from './trips.ts';

const rate = z.number().nonnegative().describe("the currency's minor units; may have decimals");

/** Rates from which a ride of one tier is estimated. */
export const tariffSchema = z.object({
  currency: z.string(),
  baseMinor: minorAmount,
  perKmMinor: rate,
  perMinuteMinor: rate,
  minimumMinor: minorAmount,
});

/** `GET /v1/catalogue`: the services of this region, lowest tier first. */
export const catalogueSchema = z.object({
  version: z.int(),
  tiers: z.array(z.object({ tier: tierSchema, open: z.boolean(), tariff: tariffSchema })),
});
export type Catalogue = z.infer<typeof catalogueSchema>;

/** `PUT /v1/admin/catalogue/:tier`: opens or closes a tier. `version`: the version of the catalogue that was read; any other is CONFLICT. */
export const putCatalogueTierSchema = z.strictObject({
  version: z.int().nonnegative(),
  open: z.boolean(),
  reason: reasonText,
});

export const promotionCodeSchema = z.string().regex(/^[A-Z0-9-]{3,24}$/);

/** Percent off the estimate, within a time range and optionally for one tier only. */
export const promotionSchema = z.object({
  code: promotionCodeSchema,
  tier: tierSchema.nullable(),
  percentOff: z.int(),
  from: isoTime,
  until: isoTime,
});
export type Promotion = z.infer<typeof promotionSchema>;

/** `GET /v1/promotions`: current and future promotions. */
export const promotionListSchema = z.object({ version: z.int(), promotions: z.array(promotionSchema) });
export type PromotionList = z.infer<typeof promotionListSchema>;

/** `POST /v1/admin/promotions`. Repeating the same promotion changes nothing; a different one with an existing code is CONFLICT. */
export const createPromotionSchema = z
  .strictObject({
    code: promotionCodeSchema,
    tier: tierSchema.nullable().default(null),
    percentOff: z.int().min(1).max(90),
    from: requestTime,
    until: requestTime,
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
  tier: tierSchema,
  open: z.boolean(),
  currency: z.string(),
  estimateMinor: minorAmount,
  /** The best current promotion; `fareMinor` is the estimate after it. */
  promotion: promotionCodeSchema.nullable(),
  fareMinor: minorAmount,
});
export type Fare = z.infer<typeof fareSchema>;

/** A user's preferences. Version 0: never set. */
export const preferencesSchema = z.object({
  version: z.int(),
  locale: z.string().describe('BCP 47'),
  units: z.enum(['metric', 'imperial']),
  tier: tierSchema,
});
export type Preferences = z.infer<typeof preferencesSchema>;

/** `PUT /v1/me/preferences`. `version`: the version that was read; any other is CONFLICT. */
export const putPreferencesSchema = z.strictObject({
  version: z.int().nonnegative(),
  locale: localeSchema,
  units: z.enum(['metric', 'imperial']),
  tier: tierSchema,
});

const count = z.int().nonnegative();

/** `GET /v1/admin/caches`: reads of one node since its start, by source of the answer. */
export const cacheListSchema = z.object({
  process: z.string(),
  caches: z.array(
    z.object({
      cache: z.string(),
      reads: count,
      /** Share of reads that did not reach MongoDB; null before the first read. */
      hitRate: z.number().nullable(),
      process: count,
      hit: count,
      miss: count,
      degraded: count,
      stale: count,
      ttlMs: count,
    }),
  ),
});
