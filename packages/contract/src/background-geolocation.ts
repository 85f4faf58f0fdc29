import { z } from 'zod';
import { OUTSIDE_ID } from './id-format.ts';
import * as LIMITS from './limits.ts';

const looseNumber = z.union([z.number(), z.null(), z.string().max(32)]).optional();

/**
 * One location as react-native-background-geolocation (Transistorsoft) posts it; members that are not named are ignored. Values that no fix can
 * have make a fix that is refused with a verdict, not a refused request, which the plugin would repeat for days.
 */
export const backgroundLocationSchema = z.looseObject({
  /** Of the record in the plugin's own database: a repeat has the same. */
  uuid: z.string().regex(OUTSIDE_ID),
  /** ISO 8601, or epoch ms, by the phone's clock. */
  timestamp: z.union([z.string().max(40), z.number()]),
  coords: z.looseObject({
    latitude: looseNumber,
    longitude: looseNumber,
    accuracy: looseNumber,
    speed: looseNumber,
    heading: looseNumber,
  }),
  is_moving: z.boolean().optional(),
  event: z.string().max(64).optional(),
  mock: z.boolean().optional(),
});
export type BackgroundLocation = z.infer<typeof backgroundLocationSchema>;

/** Its upload: one location, or with `batchSync` a list, and whatever the app has in `params`. */
export const backgroundUploadSchema = z.looseObject({
  location: z.union([
    backgroundLocationSchema,
    z.array(backgroundLocationSchema).min(1).max(LIMITS.fixesPerFrame),
  ]),
});
export type BackgroundUpload = z.infer<typeof backgroundUploadSchema>;
