import {
  type CandidateReason,
  type DriverId,
  pickFields,
  type RiderId,
  type TripCandidates,
  toIsoTime,
  tripAuditSchema,
  tripCandidatesSchema,
  tripEventsSchema,
  tripIdSchema,
  tripListAnswerSchema,
  tripListQuerySchema,
  tripViewSchema,
} from '@rideline/contract';
import { readCandidates } from '@rideline/fleet/matching/candidate-store';
import { readAudit } from '@rideline/fleet/store/audit';
import type { StoredAuditEntry } from '@rideline/fleet/store/audit-collection';
import { presented, presentedOne } from '@rideline/fleet/store/presented';
import type { TripOffer } from '@rideline/fleet/trips/trip';
import type { StoredTrip } from '@rideline/fleet/trips/trip-collection';
import { listTrips, type TripFilter } from '@rideline/fleet/trips/trip-list';
import { viewOf } from '@rideline/fleet/trips/trip-views';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { z } from 'zod';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { isStaff, type TripParts, visibleTrip } from './trip-access.ts';

const tripParams = z.strictObject({ tripId: tripIdSchema });
const allRoles = ['rider', 'driver', 'operator', 'admin'] as const;
const staff = ['operator', 'admin'] as const;
const READ_PROBLEMS = ['NOT_FOUND', 'UNPRESENTABLE', 'UNAVAILABLE', 'TIMEOUT'] as const;
const AUDIT_SHOWN = 100;

/** Restricts riders and drivers to their own trips, whatever the query asks for. */
function filterOf(caller: Principal, asked: TripFilter): TripFilter {
  const userId = String(caller.userId);
  if (caller.role === 'rider') return { ...asked, riderId: userId as RiderId };
  if (caller.role === 'driver') return { ...asked, driverId: userId as DriverId };
  return asked;
}

const REASON_OF_OFFER: Record<TripOffer['state'], CandidateReason> = {
  open: 'offered',
  accepted: 'accepted',
  declined: 'declined',
  expired: 'expired',
  undelivered: 'undelivered',
  revoked: 'revoked',
};

/** For drivers that had an offer, the state of the offer on the trip is the reason and overrides that of a later matching tick. */
function withOffers(found: TripCandidates, trip: StoredTrip): TripCandidates {
  const drivers = new Map(found.drivers.map((driver) => [driver.driverId, driver]));
  for (const { driverId, state, endedAt, offeredAt, etaSeconds, distanceMetres } of trip.offers) {
    drivers.set(driverId, {
      driverId,
      reason: REASON_OF_OFFER[state],
      at: toIsoTime(endedAt ?? offeredAt),
      etaSeconds,
      distanceMetres,
      rounds: drivers.get(driverId)?.rounds ?? 1,
    });
  }
  const byReason: TripCandidates['byReason'] = {};
  for (const { reason } of drivers.values()) byReason[reason] = (byReason[reason] ?? 0) + 1;
  return { ...found, considered: drivers.size, byReason, drivers: [...drivers.values()] };
}

const auditView = ({ at, actor, action, data }: StoredAuditEntry) => ({
  at: toIsoTime(at),
  actor,
  action,
  data,
});

export function tripReadingRoutes(parts: TripParts): Route[] {
  const { mongo, db, region, lastAnswers } = parts;
  return [
    route({
      method: 'get',
      path: '/v1/trips',
      operation: 'listTrips',
      summary: 'Trips, newest first, in pages. Riders and drivers see their own only.',
      access: allRoles,
      limit: 'standard',
      query: tripListQuerySchema,
      answer: tripListAnswerSchema,
      problems: ['UNAVAILABLE', 'TIMEOUT'],
      handle: (request) => {
        const { query, caller, onUnpresentable } = request;
        const { limit, cursor, fields, ...asked } = query;
        const page = pageOf({ limit, cursor });
        return lastAnswers.answer('/v1/trips', request, async () => {
          const { documents, next } = await mongo.read(() =>
            listTrips(db, region, filterOf(caller, asked), page),
          );
          return {
            trips: presented(
              documents,
              (trip) => pickFields(viewOf(trip, isStaff(caller)), fields),
              onUnpresentable,
            ),
            next: nextOf(next),
          };
        });
      },
    }),
    route({
      method: 'get',
      path: '/v1/trips/:tripId',
      operation: 'getTrip',
      summary: 'One trip, for its rider, its driver and operators.',
      access: allRoles,
      limit: 'critical',
      params: tripParams,
      answer: tripViewSchema,
      problems: READ_PROBLEMS,
      handle: (request) => {
        const { params, caller, onUnpresentable } = request;
        return lastAnswers.answer('/v1/trips/:tripId', request, async () => {
          const trip = await visibleTrip(parts, params.tripId, caller);
          return presentedOne('trip', trip, (one) => viewOf(one, isStaff(caller)), onUnpresentable);
        });
      },
    }),
    route({
      method: 'get',
      path: '/v1/trips/:tripId/events',
      operation: 'listTripEvents',
      summary: 'The events of a trip, oldest first.',
      access: allRoles,
      limit: 'critical',
      params: tripParams,
      answer: tripEventsSchema,
      problems: READ_PROBLEMS,
      handle: (request) => {
        const { params, caller, onUnpresentable } = request;
        return lastAnswers.answer('/v1/trips/:tripId/events', request, async () => {
          const trip = await visibleTrip(parts, params.tripId, caller);
          return { events: presentedOne('trip', trip, ({ events }) => [...events], onUnpresentable) };
        });
      },
    }),
    route({
      method: 'get',
      path: '/v1/trips/:tripId/candidates',
      operation: 'listTripCandidates',
      summary:
        'The candidates of a trip: every driver considered, each with one reason why they were or were not chosen.',
      access: staff,
      limit: 'critical',
      params: tripParams,
      answer: tripCandidatesSchema,
      problems: READ_PROBLEMS,
      handle: async ({ params, caller, onUnpresentable }) => {
        const trip = await visibleTrip(parts, params.tripId, caller);
        const found = await mongo.read(() => readCandidates(db, region, params.tripId));
        return presentedOne('trip', trip, (one) => withOffers(found, one), onUnpresentable);
      },
    }),
    route({
      method: 'get',
      path: '/v1/trips/:tripId/audit',
      operation: 'listTripAudit',
      summary: 'Operator actions on a trip, newest first.',
      access: staff,
      limit: 'critical',
      params: tripParams,
      answer: tripAuditSchema,
      problems: READ_PROBLEMS,
      handle: async ({ params, caller, onUnpresentable }) => {
        const { _id } = await visibleTrip(parts, params.tripId, caller);
        const entries = await mongo.read(() => readAudit(db, region, `trip:${_id}`, AUDIT_SHOWN));
        return { entries: presented(entries, auditView, onUnpresentable) };
      },
    }),
  ];
}
