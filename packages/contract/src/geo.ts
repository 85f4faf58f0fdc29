import { z } from 'zod';
import { epochMs } from './times.ts';

/** Degrees, WGS84. */
export const latitude = z.number().min(-90).max(90);
export const longitude = z.number().min(-180).max(180);

export const pointSchema = z.strictObject({ lat: latitude, lng: longitude });
export type Point = z.infer<typeof pointSchema>;

/** A driver's position: `at` epoch ms on the domain clock, `ageMs` wall ms, `speed` m/s, `heading` degrees from north. */
export const positionSchema = z.object({
  lat: latitude,
  lng: longitude,
  heading: z.number().nullable(),
  speed: z.number().nullable(),
  at: epochMs,
  ageMs: z.number().nonnegative(),
});
export type Position = z.infer<typeof positionSchema>;
