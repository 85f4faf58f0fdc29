import {
  CodedError,
  cancelTripSchema,
  type DriverId,
  offerIdSchema,
  postDriverCommandSchema,
  postOfferAnswerSchema,
  type RiderId,
  reassignTripSchema,
  reviewFareSchema,
  type TripId,
  tripIdSchema,
  tripStatusSchema,
} from '@rideline/contract';
import { forgetOffer } from '@rideline/fleet/live/driver-next';
import { writeAudit } from '@rideline/fleet/store/audit';
import {
  answerOffer,
  cancelByOthers,
  cancelByRider,
  commandByDriver,
  reassignTrip,
  reviewFare,
} from '@rideline/fleet/trips/trip-commands';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { beforeCommand, measureFromPickup, type TripParts, tripCall, visibleTrip } from './trip-access.ts';

const tripParams = z.strictObject({ tripId: tripIdSchema });
const COMMAND_PROBLEMS = [
  'NOT_FOUND',
  'ILLEGAL_TRANSITION',
  'CONFLICT',
  'KEY_REUSED',
  'UNAVAILABLE',
  'TIMEOUT',
] as const;

/** An operator's action is written to the audit log before it is performed: no action lacks its entry. */
async function audited(
  { mongo, db, region, tripStore }: TripParts,
  caller: Principal,
  action: string,
  tripId: TripId,
  data: Record<string, unknown>,
): Promise<void> {
  const actor = { role: caller.role, id: caller.userId };
  const entry = { actor, action, target: `trip:${tripId}`, data };
  await mongo.call(() => writeAudit(db, region, entry, new Date(tripStore.clock.wallMs())));
}

export function tripCommandRoutes(parts: TripParts): Route[] {
  return [...tripEndingRoutes(parts), ...driverCommandRoutes(parts)];
}

function tripEndingRoutes(parts: TripParts): Route[] {
  const { mongo, tripStore } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/trips/:tripId/cancel',
      operation: 'cancelTrip',
      summary: 'Cancels a trip, as its rider or as an operator; operators must give a reason.',
      access: ['rider', 'operator', 'admin'],
      limit: 'critical',
      params: tripParams,
      body: cancelTripSchema,
      answer: tripStatusSchema,
      problems: COMMAND_PROBLEMS,
      handle: async ({ params: { tripId }, body: { commandId, reason }, caller }) => {
        if (caller.role === 'rider') {
          const riderId = String(caller.userId) as RiderId;
          return tripCall(mongo, () =>
            cancelByRider(tripStore, riderId, { tripId, commandId, reason: reason ?? null }),
          );
        }
        if (reason === undefined) {
          throw new CodedError('VALIDATION', undefined, {
            issues: [{ path: 'body.reason', message: 'is required' }],
          });
        }
        await beforeCommand(async () => {
          await visibleTrip(parts, tripId, caller);
          await audited(parts, caller, 'trip.cancel', tripId, { reason, commandId });
        });
        return tripCall(mongo, () => cancelByOthers(tripStore, 'operator', { tripId, commandId, reason }));
      },
    }),
    route({
      method: 'post',
      path: '/v1/trips/:tripId/reassign',
      operation: 'reassignTrip',
      summary:
        'Removes the driver from a trip that has not started; the search starts again without this driver.',
      access: ['operator', 'admin'],
      limit: 'critical',
      params: tripParams,
      body: reassignTripSchema,
      answer: tripStatusSchema,
      problems: COMMAND_PROBLEMS,
      handle: async ({ params: { tripId }, body: { commandId, reason }, caller }) => {
        await beforeCommand(async () => {
          await visibleTrip(parts, tripId, caller);
          await audited(parts, caller, 'trip.reassign', tripId, { reason, commandId });
        });
        return tripCall(mongo, () => reassignTrip(tripStore, 'operator', { tripId, commandId, reason }));
      },
    }),
    route({
      method: 'post',
      path: '/v1/trips/:tripId/fare-review',
      operation: 'reviewTripFare',
      summary:
        'Marks the fare of a ride that ended without its driver (`attention: fare_review`) as reviewed, if the trip is still at the given version.',
      access: ['operator', 'admin'],
      limit: 'critical',
      params: tripParams,
      body: reviewFareSchema,
      answer: tripStatusSchema,
      problems: COMMAND_PROBLEMS,
      handle: async ({ params: { tripId }, body: { commandId, reason, version }, caller }) => {
        await beforeCommand(async () => {
          await visibleTrip(parts, tripId, caller);
          await audited(parts, caller, 'trip.fare_review', tripId, { reason, commandId });
        });
        return tripCall(mongo, () => reviewFare(tripStore, { tripId, commandId, reason, version }));
      },
    }),
  ];
}

/** The driver's commands for phones without a socket: the same commands, with the same ids. */
function driverCommandRoutes(parts: TripParts): Route[] {
  const { mongo, redis, state, region, tripStore } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/trips/:tripId/commands',
      operation: 'sendTripCommand',
      summary: 'A command of a driver on their trip; equivalent to the socket event `trip:command`.',
      access: ['driver'],
      limit: 'critical',
      params: tripParams,
      body: postDriverCommandSchema,
      answer: tripStatusSchema,
      problems: COMMAND_PROBLEMS,
      handle: async ({ params: { tripId }, body, caller }) => {
        const driverId = String(caller.userId) as DriverId;
        const measure = await measureFromPickup(parts, driverId);
        const command = { ...body, tripId, at: Date.parse(body.at) };
        return tripCall(mongo, () => commandByDriver(tripStore, driverId, command, measure));
      },
    }),
    route({
      method: 'post',
      path: '/v1/offers/:offerId/answer',
      operation: 'answerOffer',
      summary: "A driver's answer to an offer; equivalent to the socket event `offer:answer`.",
      access: ['driver'],
      limit: 'critical',
      params: z.strictObject({ offerId: offerIdSchema }),
      body: postOfferAnswerSchema,
      answer: tripStatusSchema,
      problems: [...COMMAND_PROBLEMS, 'GONE'],
      handle: async ({ params: { offerId }, body, caller }) => {
        const driverId = String(caller.userId) as DriverId;
        const status = await tripCall(mongo, () => answerOffer(tripStore, driverId, { ...body, offerId }));
        // When Redis does not answer, the relay forgets the offer with the claim.
        await redis.call(() => forgetOffer(state, region, driverId)).catch(() => undefined);
        return status;
      },
    }),
  ];
}
