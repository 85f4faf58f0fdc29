import {
  CodedError,
  createdShareSchema,
  createShareSchema,
  openShareSchema,
  type Share,
  type ShareId,
  shareIdSchema,
  shareListSchema,
  shareRevokedSchema,
  shareSessionSchema,
  type TripId,
  type TripWatcher,
  toIsoTime,
  toIsoTimeOrNull,
  tripIdSchema,
  tripWatchersSchema,
} from '@rideline/contract';
import { readWatchers, type WatcherGroup } from '@rideline/fleet/live/trip-watchers';
import { writeAudit } from '@rideline/fleet/store/audit';
import type { StoredShare } from '@rideline/fleet/trips/share-collection';
import { openShareSession, revokeShare, type ShareService } from '@rideline/fleet/trips/share-session';
import { createShare, listShares } from '@rideline/fleet/trips/share-store';
import { hasTripRight } from '@rideline/fleet/trips/trip-rights';
import type { RequestLimiter } from '@rideline/platform/limits/request-limiter';
import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { assertAllowed } from '../limits/admission.ts';
import { addressKey } from '../limits/limit-keys.ts';
import { assertTripRight, isStaff, type TripParts, tripFor } from './trip-access.ts';

export interface ShareParts extends TripParts {
  readonly shares: ShareService;
  readonly limiter: RequestLimiter;
}

const tripParams = z.strictObject({ tripId: tripIdSchema });
const shareParams = z.strictObject({ tripId: tripIdSchema, shareId: shareIdSchema });
const PROBLEMS = ['NOT_FOUND', 'UNAVAILABLE', 'TIMEOUT'] as const;

/** Path of the page of a link, on the address of this server. */
const pathOf = (secret: string) => `/s/${secret}`;

function shareView(
  { _id, label, createdAt, expiresAt, lastOpenedAt }: StoredShare,
  watching: ReadonlyMap<ShareId | null, WatcherGroup>,
): Share {
  return {
    shareId: _id,
    label: label ?? null,
    createdAt: toIsoTime(createdAt),
    expiresAt: toIsoTime(expiresAt),
    lastOpenedAt: toIsoTimeOrNull(lastOpenedAt),
    watching: watching.get(_id)?.sockets ?? 0,
  };
}

/** Share links of a trip, and who follows it now. */
export function shareRoutes(parts: ShareParts): Route[] {
  return [...linkRoutes(parts), sessionRoute(parts), watcherRoute(parts)];
}

async function watchingBy({ redis, state, region }: ShareParts, tripId: TripId) {
  const groups = await redis.read(() => readWatchers(state, region, tripId));
  return new Map(groups.map((group) => [group.shareId, group]));
}

function linkRoutes(parts: ShareParts): Route[] {
  const { mongo, db, region, shares } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/trips/:tripId/shares',
      operation: 'createTripShare',
      summary:
        'Makes a link with which somebody without an account follows this trip until it ends. The answer has the link; it cannot be read again.',
      access: ['rider'],
      limit: 'critical',
      params: tripParams,
      body: createShareSchema,
      status: 201,
      idempotent: true,
      answer: createdShareSchema,
      problems: [...PROBLEMS, 'CONFLICT', 'ILLEGAL_TRANSITION'],
      handle: async ({ params: { tripId }, body, caller, reservedId }) => {
        const { trip, viewer } = await tripFor(parts, tripId, caller);
        assertTripRight(viewer, trip, 'share');
        const made = await mongo.call(() =>
          createShare(
            db,
            region,
            {
              shareId: shareIdSchema.parse(reservedId),
              tripId,
              userId: caller.userId,
              label: body.label,
              ttlMs: body.ttlMs,
            },
            shares.wallMs(),
          ),
        );
        const { _id, label, createdAt, expiresAt } = made.share;
        return {
          shareId: _id,
          label: label ?? null,
          createdAt: toIsoTime(createdAt),
          expiresAt: toIsoTime(expiresAt),
          path: pathOf(made.secret),
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/trips/:tripId/shares',
      operation: 'listTripShares',
      summary: 'The share links of a trip that work, newest first, and how many follow through each now.',
      access: ['rider', 'operator', 'admin'],
      limit: 'critical',
      params: tripParams,
      answer: shareListSchema,
      problems: PROBLEMS,
      handle: async ({ params: { tripId }, caller }) => {
        const { trip, viewer } = await tripFor(parts, tripId, caller);
        assertTripRight(viewer, trip, 'shares');
        const [found, watching] = await Promise.all([
          mongo.read(() => listShares(db, region, tripId, shares.wallMs())),
          watchingBy(parts, tripId),
        ]);
        return { shares: found.map((share) => shareView(share, watching)) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/trips/:tripId/shares/:shareId',
      operation: 'revokeTripShare',
      summary:
        'Revokes a share link: it opens no more, and open pages are closed within a second. Repeats change nothing.',
      access: ['rider', 'operator', 'admin'],
      limit: 'critical',
      params: shareParams,
      answer: shareRevokedSchema,
      problems: PROBLEMS,
      handle: async ({ params, caller }) => {
        const { trip, viewer } = await tripFor(parts, params.tripId, caller);
        assertTripRight(viewer, trip, 'shares');
        if (isStaff(caller)) {
          const actor = { role: caller.role, id: caller.userId };
          const data = { shareId: params.shareId };
          const entry = { actor, action: 'trip.share_revoke', target: `trip:${params.tripId}`, data };
          await mongo.call(() => writeAudit(db, region, entry, new Date(shares.wallMs())));
        }
        await mongo.call(() => revokeShare(shares, params));
        return { shareId: params.shareId, revoked: true as const };
      },
    }),
  ];
}

function sessionRoute({ mongo, shares, limiter }: ShareParts): Route {
  return route({
    method: 'post',
    path: '/v1/shares/session',
    operation: 'openShareSession',
    summary:
      'Exchanges the secret of a share link for a token that follows its trip. It is good for 15 minutes at most, in the namespace `/rider`, and for nothing else.',
    access: 'public',
    limit: 'standard',
    body: openShareSchema,
    answer: shareSessionSchema,
    problems: ['NOT_FOUND', 'GONE', 'UNAVAILABLE', 'TIMEOUT'],
    handle: async ({ body: { share }, clientAddress }) => {
      // Counted before the look-up, so that parallel guesses count too; what was no guess is given back.
      const key = addressKey(clientAddress);
      assertAllowed(await limiter.count('share-guess', key));
      try {
        const session = await mongo.call(() => openShareSession(shares, share));
        await limiter.giveBack('share-guess', key);
        return session;
      } catch (error) {
        const isGuess = error instanceof CodedError && error.code === 'NOT_FOUND';
        if (!isGuess) await limiter.giveBack('share-guess', key);
        throw error;
      }
    },
  });
}

function watcherRoute(parts: ShareParts): Route {
  const { mongo, db, redis, state, region, shares } = parts;
  return route({
    method: 'get',
    path: '/v1/trips/:tripId/watchers',
    operation: 'listTripWatchers',
    summary:
      'Who follows a trip now: its rider, and the holders of its share links. Its driver sees how many, and not through which link.',
    access: ['rider', 'driver', 'operator', 'admin'],
    limit: 'critical',
    params: tripParams,
    answer: tripWatchersSchema,
    problems: [...PROBLEMS, 'ILLEGAL_TRANSITION'],
    handle: async ({ params: { tripId }, caller }) => {
      const { trip, viewer } = await tripFor(parts, tripId, caller);
      assertTripRight(viewer, trip, 'watchers');
      const mayNameShares = hasTripRight(viewer, trip.state.name, 'watcher_labels');
      const groups = await redis.read(() => readWatchers(state, region, tripId));
      const named = groups.some(({ shareId }) => shareId !== null) && mayNameShares;
      const found = named ? await mongo.read(() => listShares(db, region, tripId, shares.wallMs())) : [];
      const labels = new Map(found.map(({ _id, label }) => [_id, label ?? null]));
      const watchers = groups.map(
        ({ shareId, sinceMs, sockets }): TripWatcher => ({
          role: shareId === null ? 'rider' : 'share',
          shareId: mayNameShares ? shareId : null,
          label: mayNameShares && shareId !== null ? (labels.get(shareId) ?? null) : null,
          since: toIsoTime(sinceMs),
          sockets,
        }),
      );
      return { tripId, count: watchers.reduce((sum, { sockets }) => sum + sockets, 0), watchers };
    },
  });
}
