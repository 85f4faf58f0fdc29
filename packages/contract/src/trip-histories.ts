import { z } from 'zod';
import { batchResults } from './admin.ts';
import { commandIdSchema, driverIdSchema, tripIdSchema } from './ids.ts';
import { tripEventSchema, tripStateNameSchema } from './trips.ts';

/** Most trips of one call: each has up to 512 events. */
export const TRIP_HISTORY_ITEMS = 50;

/** `POST /v1/trips/histories` */
export const tripHistoriesSchema = z.strictObject({
  tripIds: z.array(tripIdSchema).min(1).max(TRIP_HISTORY_ITEMS).describe('the trips'),
});

/** What is stored of a trip: its events, and which commands took effect on it. */
export const tripHistorySchema = z.object({
  tripId: tripIdSchema,
  state: tripStateNameSchema.describe('state of the trip'),
  version: z.int().positive().describe('version of its newest event'),
  open: z.boolean().describe('false: it has ended'),
  driverId: driverIdSchema.nullable().describe('who has it; null: nobody'),
  events: z.array(tripEventSchema).describe('oldest first'),
  commands: z
    .array(
      z.object({
        commandId: commandIdSchema,
        state: tripStateNameSchema.describe('state after it'),
        version: z.int().positive().describe('version of the event that it made'),
      }),
    )
    .describe('commands that took effect, oldest first'),
  commandsComplete: z.boolean().describe('false: the trip had more commands than are kept'),
});
export type TripHistory = z.infer<typeof tripHistorySchema>;

export const tripHistoriesAnswerSchema = z.object({ results: batchResults(tripHistorySchema) });
