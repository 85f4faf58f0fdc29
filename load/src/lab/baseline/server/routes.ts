import {
  CodedError,
  cancelTripSchema,
  closeTripSchema,
  createTripSchema,
  type DriverId,
  driverSearchQuerySchema,
  greatCircleMetres,
  importTripSchema,
  type NearbyDriver,
  offerIdSchema,
  postDriverCommandSchema,
  postOfferAnswerSchema,
  type RiderId,
  type TripView,
  toIsoTime,
  tripIdSchema,
  tripListQuerySchema,
} from '@rideline/contract';
import type { Principal } from '@rideline/platform/tokens/tokens';
import type { Dispatch } from './dispatch.ts';
import type { DriverPlaces, FoundDriver, PlaceQuery } from './driver-places.ts';
import { parsed, type RestAnswer, type Route } from './http-server.ts';
import type { ReadCache } from './read-cache.ts';
import { viewOf } from './trip.ts';
import type { Trips } from './trips.ts';

export interface RouteParts {
  readonly dispatch: Dispatch;
  readonly trips: Trips;
  readonly places: DriverPlaces;
  readonly cache: ReadCache;
}

const STAFF = ['operator', 'admin'] as const;
const EVERYBODY = ['rider', 'driver', ...STAFF] as const;
/** Decimals of a position that riders see, and of the centre in the key of a cached search: as in the product. */
const RIDER_DECIMALS = 3;
const CENTRE_DECIMALS = 4;

const ok = (body: unknown): RestAnswer => ({ status: 200, body });
const isStaff = ({ role }: Principal) => role === 'operator' || role === 'admin';
const asDriver = ({ userId }: Principal) => String(userId) as DriverId;
const asRider = ({ userId }: Principal) => String(userId) as RiderId;

/** The routes that the load scenarios call, with the payloads of the contract. */
export const routesOf = (parts: RouteParts): Route[] => [
  ...tripRoutes(parts),
  ...commandRoutes(parts),
  ...driverRoutes(parts),
  ...importRoutes(parts),
];

function tripRoutes({ dispatch, trips, cache }: RouteParts): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/trips',
      roles: ['rider', ...STAFF],
      handle: async ({ body, caller }) => {
        const wish = parsed(createTripSchema, body);
        const { status, created } = await dispatch.request(riderOf(caller, wish.riderId), wish);
        return { status: created ? 201 : 200, body: status };
      },
    },
    {
      method: 'GET',
      path: '/v1/trips',
      roles: EVERYBODY,
      handle: async ({ query, caller }) => {
        const { limit, open, state } = parsed(tripListQuerySchema, query);
        const filter = {
          ...(open === undefined ? {} : { open }),
          ...(state === undefined ? {} : { state }),
          ...(caller.role === 'rider' ? { riderId: asRider(caller) } : {}),
          ...(caller.role === 'driver' ? { driverId: asDriver(caller) } : {}),
        };
        const found = await trips.list(filter, limit);
        return ok({ trips: found.map((trip) => viewOf(trip, isStaff(caller))), next: null });
      },
    },
    {
      method: 'GET',
      path: '/v1/trips/:tripId',
      roles: EVERYBODY,
      handle: async ({ params, caller }) => {
        const tripId = parsed(tripIdSchema, params.tripId);
        const view = await cache.trip(tripId, async () => {
          const trip = await trips.find(tripId);
          return trip && viewOf(trip, true);
        });
        if (view === null || !maySee(caller, view)) throw new CodedError('NOT_FOUND');
        const { offers, ...shown } = view;
        return ok(isStaff(caller) ? { ...shown, offers } : shown);
      },
    },
  ];
}

function riderOf(caller: Principal, riderId: RiderId | undefined): RiderId {
  if (!isStaff(caller) && riderId === undefined) return asRider(caller);
  if (isStaff(caller) && riderId !== undefined) return riderId;
  const message = isStaff(caller) ? 'is required' : 'may be set by operators only';
  throw new CodedError('VALIDATION', undefined, { issues: [{ path: 'riderId', message }] });
}

function maySee(caller: Principal, trip: TripView): boolean {
  if (caller.role === 'rider') return trip.riderId === asRider(caller);
  return caller.role !== 'driver' || trip.driverId === asDriver(caller);
}

function commandRoutes({ dispatch }: RouteParts): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/trips/:tripId/cancel',
      roles: ['rider', ...STAFF],
      handle: async ({ params, body, caller }) =>
        ok(
          await dispatch.cancel(
            parsed(tripIdSchema, params.tripId),
            isStaff(caller) ? null : asRider(caller),
            parsed(cancelTripSchema, body),
          ),
        ),
    },
    {
      method: 'POST',
      path: '/v1/trips/:tripId/commands',
      roles: ['driver'],
      handle: async ({ params, body, caller }) => {
        const { at, ...command } = parsed(postDriverCommandSchema, body);
        const tripId = parsed(tripIdSchema, params.tripId);
        return ok(await dispatch.command(asDriver(caller), { ...command, tripId, at: Date.parse(at) }));
      },
    },
    {
      method: 'POST',
      path: '/v1/offers/:offerId/answer',
      roles: ['driver'],
      handle: async ({ params, body, caller }) => {
        const offerId = parsed(offerIdSchema, params.offerId);
        return ok(
          await dispatch.answer(asDriver(caller), { ...parsed(postOfferAnswerSchema, body), offerId }),
        );
      },
    },
  ];
}

function driverRoutes({ places, cache }: RouteParts): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/drivers/search',
      roles: ['rider', ...STAFF],
      handle: async ({ query, caller }) => {
        const { radius: radiusMetres, ...asked } = parsed(driverSearchQuerySchema, query);
        const search = { ...asked, radiusMetres };
        const found = await cache.search(searchKey(search), () => places.nearest(search));
        const drivers = found.map((driver) => nearby(driver, search, isStaff(caller)));
        return ok({ drivers, warming: false });
      },
    },
  ];
}

function searchKey({ status, lat, lng, radiusMetres, limit }: PlaceQuery): string {
  return [status, lat.toFixed(CENTRE_DECIMALS), lng.toFixed(CENTRE_DECIMALS), radiusMetres, limit].join(':');
}

/** Riders see rounded positions without an id. */
function nearby(driver: FoundDriver, centre: PlaceQuery, forStaff: boolean): NearbyDriver {
  const { driverId, heading, at } = driver;
  const shown = (degrees: number) => (forStaff ? degrees : Number(degrees.toFixed(RIDER_DECIMALS)));
  const place = { lat: shown(driver.lat), lng: shown(driver.lng) };
  return {
    ...(forStaff ? { driverId } : {}),
    ...place,
    distanceMetres: greatCircleMetres(centre, place),
    heading,
    speed: forStaff ? driver.speed : null,
    at: toIsoTime(at),
    ageMs: Math.max(0, Date.now() - at),
  };
}

function importRoutes({ dispatch }: RouteParts): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/dev/trips',
      roles: STAFF,
      handle: async ({ body }) => ({
        status: 201,
        body: viewOf(await dispatch.import(parsed(importTripSchema, body)), true),
      }),
    },
    {
      method: 'POST',
      path: '/v1/dev/trips/:tripId/close',
      roles: STAFF,
      handle: async ({ params, body }) => {
        parsed(closeTripSchema, body);
        return ok(viewOf(await dispatch.close(parsed(tripIdSchema, params.tripId)), true));
      },
    },
  ];
}
