import { z } from 'zod';
import { batchResult } from './admin.ts';
import { commandIdSchema, driverIdSchema, tripIdSchema } from './ids.ts';
import { tripEventSchema, tripStateNameSchema } from './trips.ts';

/** Most trips of one call: each has up to 512 events. */
export const TRIP_HISTORY_ITEMS = 50;

/** `POST /v1/trips/histories` */
export const tripHistoriesSchema = z.strictObject({
  tripIds: z.array(tripIdSchema).min(1).max(TRIP_HISTORY_ITEMS),
});

/** What is stored of a trip: its events, and which commands took effect on it. */
export const tripHistorySchema = z.object({
  tripId: tripIdSchema,
  state: tripStateNameSchema,
  version: z.int().positive(),
  open: z.boolean(),
  driverId: driverIdSchema.nullable(),
  events: z.array(tripEventSchema),
  /** Commands that took effect, oldest first: `version` is that of the event that the command made. */
  commands: z.array(
    z.object({ commandId: commandIdSchema, state: tripStateNameSchema, version: z.int().positive() }),
  ),
  commandsComplete: z.boolean().describe('false: the trip had more commands than are kept'),
});
export type TripHistory = z.infer<typeof tripHistorySchema>;

export const tripHistoriesAnswerSchema = z.object({ results: z.array(batchResult(tripHistorySchema)) });
