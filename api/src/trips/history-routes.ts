import { CodedError, tripHistoriesAnswerSchema, tripHistoriesSchema } from '@rideline/contract';
import { presentedOne } from '@rideline/fleet/store/presented';
import { historyOf, tripRecordsById } from '@rideline/fleet/trips/trip-history';
import { resultOf } from '../http/batch-result.ts';
import { type Route, route } from '../http/route.ts';
import type { TripParts } from './trip-access.ts';

export function tripHistoryRoutes({ mongo, db, region }: TripParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/trips/histories',
      operation: 'listTripHistories',
      summary:
        'Up to 50 trips by id, each with its events and the commands that took effect: one result per id, in the order requested.',
      access: ['operator', 'admin'],
      limit: 'standard',
      body: tripHistoriesSchema,
      answer: tripHistoriesAnswerSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: async ({ body: { tripIds }, onUnpresentable }) => {
        const found = await mongo.read(() => tripRecordsById(db, region, tripIds));
        const byId = new Map(found.map((trip) => [trip._id, trip]));
        return {
          results: await Promise.all(
            tripIds.map((id) =>
              resultOf(id, () => {
                const trip = byId.get(id);
                if (trip === undefined) throw new CodedError('NOT_FOUND');
                return presentedOne('trip', trip, historyOf, onUnpresentable);
              }),
            ),
          ),
        };
      },
    }),
  ];
}
