import { z } from 'zod';
import { epochMs } from './times.ts';

/** Degrees, WGS84. */
export const latitude = z.number().min(-90).max(90);
export const longitude = z.number().min(-180).max(180);

const LATITUDE = 'degrees north of the equator (WGS84)';
const LONGITUDE = 'degrees east of Greenwich (WGS84)';

/** Fields of a place. */
export const pointFields = { lat: latitude.describe(LATITUDE), lng: longitude.describe(LONGITUDE) } as const;

export const pointSchema = z.strictObject(pointFields);
export type Point = z.infer<typeof pointSchema>;

/** Direction and speed of a fix. */
export const motionFields = {
  heading: z
    .number()
    .nullable()
    .describe('direction of travel, degrees clockwise from north, 0 to 360; null: not measured'),
  speed: z.number().nullable().describe('m/s; null: not measured'),
} as const;

/** A driver's position. */
export const positionSchema = z.object({
  ...pointFields,
  ...motionFields,
  at: epochMs.describe('when the fix was taken, epoch ms of server time'),
  ageMs: z
    .number()
    .nonnegative()
    .describe('age of the fix when the server sent this, ms; add the time that it was on its way and since'),
});
export type Position = z.infer<typeof positionSchema>;
