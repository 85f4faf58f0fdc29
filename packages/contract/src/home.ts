import { z } from 'zod';
import { catalogueSchema, preferencesSchema, promotionSchema } from './catalogue.ts';
import { latitude, longitude } from './geo.ts';
import { tripViewSchema } from './http.ts';
import * as LIMITS from './limits.ts';
import { inQuery } from './query.ts';

/** `GET /v1/home`: with a place, also the cars near by and the expected wait. */
export const homeQuerySchema = z
  .strictObject({
    lat: inQuery(latitude).optional(),
    lng: inQuery(longitude).optional(),
  })
  .refine(({ lat, lng }) => (lat === undefined) === (lng === undefined), 'lat and lng: give both or neither');

/**
 * Available cars around a place, as counts. `tiles`: H3 index (resolution 8, about 0.7 km²), its centre, and the number of cars in it. Only tiles
 * with at least LIMITS.nearbyCarsPerTile cars are listed, so that no single car can be followed from tile to tile; the others are in `elsewhere`.
 */
export const nearbyCarsSchema = z.object({
  total: z.int().nonnegative().describe('available cars within 3 km'),
  tiles: z
    .array(
      z.object({
        tile: z.string().describe('H3 index, resolution 8 (about 0.7 km²)'),
        lat: latitude.describe('latitude of its centre, degrees (WGS84)'),
        lng: longitude.describe('longitude of its centre, degrees (WGS84)'),
        cars: z.int().min(LIMITS.nearbyCarsPerTile).describe('available cars in it'),
      }),
    )
    .describe('tiles with several cars; of fewer, one could be followed'),
  elsewhere: z.int().nonnegative().describe('cars in tiles that are not listed'),
  warming: z.boolean().describe('true: the live index was emptied moments ago, and cars may be missing'),
});
export type NearbyCars = z.infer<typeof nearbyCarsSchema>;

/** Estimated seconds from a request to the pick-up; null without a car and without a recent assignment near by. `assignments`: how many it rests on. */
export const expectedWaitSchema = z.object({
  seconds: z
    .int()
    .nonnegative()
    .nullable()
    .describe('from a request to the pick-up, to 10 s; null: no car and no recent assignment near by'),
  assignments: z.int().nonnegative().describe('how many recent assignments it rests on'),
});
export type ExpectedWait = z.infer<typeof expectedWaitSchema>;

/** `GET /v1/home`: what a rider's app shows first. `tiers`: the open ones, lowest first. `openTrip`: the ride that was requested and has not ended. */
export const homeSchema = z.object({
  tiers: z
    .array(catalogueSchema.shape.tiers.element.omit({ open: true }))
    .describe('services that can be requested now, lowest first'),
  promotions: z.array(promotionSchema).describe('those that apply now'),
  preferences: preferencesSchema.describe("the caller's preferences"),
  openTrip: tripViewSchema.nullable().describe('the ride that was requested and has not ended; null: none'),
  nearby: nearbyCarsSchema.optional().describe('available cars; absent without a place'),
  wait: expectedWaitSchema.optional().describe('expected wait; absent without a place'),
});
export type Home = z.infer<typeof homeSchema>;
