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
  total: z.int().nonnegative(),
  tiles: z.array(
    z.object({
      tile: z.string(),
      lat: latitude,
      lng: longitude,
      cars: z.int().min(LIMITS.nearbyCarsPerTile),
    }),
  ),
  elsewhere: z.int().nonnegative(),
  /** The live index was emptied moments ago: cars may be missing. */
  warming: z.boolean(),
});
export type NearbyCars = z.infer<typeof nearbyCarsSchema>;

/** Estimated seconds from a request to the pick-up; null without a car and without a recent assignment near by. `assignments`: how many it rests on. */
export const expectedWaitSchema = z.object({
  seconds: z.int().nonnegative().nullable(),
  assignments: z.int().nonnegative(),
});
export type ExpectedWait = z.infer<typeof expectedWaitSchema>;

/** `GET /v1/home`: what a rider's app shows first. `tiers`: the open ones, lowest first. `openTrip`: the ride that was requested and has not ended. */
export const homeSchema = z.object({
  tiers: z.array(catalogueSchema.shape.tiers.element.omit({ open: true })),
  promotions: z.array(promotionSchema),
  preferences: preferencesSchema,
  openTrip: tripViewSchema.nullable(),
  nearby: nearbyCarsSchema.optional(),
  wait: expectedWaitSchema.optional(),
});
export type Home = z.infer<typeof homeSchema>;
