import {
  CodedError,
  driverBatchAnswerSchema,
  driverBatchSchema,
  tripBatchAnswerSchema,
  tripBatchSchema,
} from '@rideline/contract';
import { driversById } from '@rideline/fleet/accounts/people';
import { type OnUnpresentable, presentedOne } from '@rideline/fleet/store/presented';
import { tripsById } from '@rideline/fleet/trips/trip-list';
import { viewOf } from '@rideline/fleet/trips/trip-views';
import { resultOf } from '../http/batch-result.ts';
import { type Route, route } from '../http/route.ts';
import { isStaff, mayRead } from '../trips/trip-access.ts';
import { type AdminParts, READ_PROBLEMS, STAFF } from './admin-parts.ts';
import { peoplePartsOf } from './people-routes.ts';

/** The item found under an id, or NOT_FOUND. */
function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new CodedError('NOT_FOUND');
  return value;
}

export function batchRoutes(parts: AdminParts): Route[] {
  const { mongo } = parts;
  const people = peoplePartsOf(parts);
  return [
    route({
      method: 'post',
      path: '/v1/drivers/batch',
      operation: 'getDrivers',
      summary: 'Up to 100 drivers by id: one result per id, in the order requested.',
      access: STAFF,
      limit: 'standard',
      body: driverBatchSchema,
      answer: driverBatchAnswerSchema,
      problems: READ_PROBLEMS,
      handle: async ({ body: { driverIds }, onUnpresentable }) => {
        const bad = new Set<string>();
        const noteBad: OnUnpresentable = (id, error) => {
          bad.add(id);
          onUnpresentable(id, error);
        };
        const drivers = await mongo.read(() =>
          driversById({ ...people, onUnpresentable: noteBad }, driverIds),
        );
        const driverOf = (id: string) => {
          if (bad.has(id))
            throw new CodedError('UNPRESENTABLE', `The stored driver ${id} cannot be presented.`);
          return found(drivers.get(id));
        };
        return {
          results: await Promise.all(driverIds.map((id) => resultOf(id, () => driverOf(String(id))))),
        };
      },
    }),
    route({
      method: 'post',
      path: '/v1/trips/batch',
      operation: 'getTrips',
      summary:
        'Up to 100 trips by id: one result per id, in the order requested. Riders and drivers find their own trips only.',
      access: ['rider', 'driver', 'operator', 'admin'],
      limit: 'standard',
      body: tripBatchSchema,
      answer: tripBatchAnswerSchema,
      problems: READ_PROBLEMS,
      handle: async ({ body: { tripIds }, caller, onUnpresentable }) => {
        const trips = await mongo.read(() => tripsById(parts.db, parts.region, tripIds));
        const visible = new Map(
          trips.filter((trip) => mayRead(caller, trip)).map((trip) => [trip._id, trip]),
        );
        const staff = isStaff(caller);
        return {
          results: await Promise.all(
            tripIds.map((id) =>
              resultOf(id, () =>
                presentedOne('trip', found(visible.get(id)), (one) => viewOf(one, staff), onUnpresentable),
              ),
            ),
          ),
        };
      },
    }),
  ];
}
