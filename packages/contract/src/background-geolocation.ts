import { z } from 'zod';
import { OUTSIDE_ID } from './id-format.ts';
import * as LIMITS from './limits.ts';

const looseNumber = z.union([z.number(), z.null(), z.string().max(32)]).optional();

/**
 * One location as react-native-background-geolocation (Transistorsoft) posts it; members that are not named are ignored. Values that no fix can
 * have make a fix that is refused with a verdict, not a refused request, which the plugin would repeat for days.
 */
export const backgroundLocationSchema = z.looseObject({
  uuid: z
    .string()
    .regex(OUTSIDE_ID)
    .describe("of the record in the plugin's own database: a repeat has the same"),
  timestamp: z
    .union([z.string().max(40), z.number()])
    .describe("ISO 8601, or epoch ms, by the phone's clock"),
  coords: z
    .looseObject({
      latitude: looseNumber.describe('degrees north (WGS84); null or absent: refused'),
      longitude: looseNumber.describe('degrees east (WGS84); null or absent: refused'),
      accuracy: looseNumber.describe('metres; null or absent: not measured'),
      speed: looseNumber.describe('m/s; -1, null or absent: not measured'),
      heading: looseNumber.describe('degrees from north; -1, null or absent: not measured'),
    })
    .describe('where the phone was'),
  is_moving: z.boolean().optional().describe('false: the driver stands; absent: not known'),
  event: z
    .string()
    .max(64)
    .optional()
    .describe('`heartbeat`: the driver stands; others are ignored; absent: none'),
  mock: z.boolean().optional().describe('true: from a mock provider; absent: not'),
});
export type BackgroundLocation = z.infer<typeof backgroundLocationSchema>;

/** Its upload: one location, or with `batchSync` a list, and whatever the app has in `params`. */
export const backgroundUploadSchema = z.looseObject({
  location: z
    .union([backgroundLocationSchema, z.array(backgroundLocationSchema).min(1).max(LIMITS.fixesPerFrame)])
    .describe('one location, or with `batchSync` a list'),
});
export type BackgroundUpload = z.infer<typeof backgroundUploadSchema>;
