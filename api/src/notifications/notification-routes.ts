import {
  CodedError,
  deviceIdSchema,
  deviceRemovedSchema,
  deviceSchema,
  notificationAckedSchema,
  notificationIdSchema,
  notificationListAnswerSchema,
  notificationListQuerySchema,
  pickFields,
  putDeviceSchema,
  type RegionId,
  toIsoTime,
  toIsoTimeOrNull,
} from '@rideline/contract';
import { createDeviceStore } from '@rideline/fleet/notifications/device-store';
import type { StoredNotification } from '@rideline/fleet/notifications/notification-collection';
import {
  createNotificationStore,
  notificationMessage,
} from '@rideline/fleet/notifications/notification-store';
import type { Database } from '@rideline/fleet/store/database';
import { presented } from '@rideline/fleet/store/presented';
import type { Clock } from '@rideline/platform/process/clock';
import { z } from 'zod';
import type { LastAnswers } from '../cache/last-answers.ts';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import type { Dependency } from '../process/dependency.ts';

export interface NotificationParts {
  readonly mongo: Dependency;
  readonly db: Database;
  readonly region: RegionId;
  readonly clock: Clock;
  readonly lastAnswers: LastAnswers;
}

/** Roles that can register phones. */
const users = ['rider', 'driver'] as const;
const PROBLEMS = ['UNAVAILABLE', 'TIMEOUT'] as const;
const deviceParams = z.strictObject({ deviceId: deviceIdSchema });

function viewOf(stored: StoredNotification) {
  return {
    ...notificationMessage(stored),
    createdAt: toIsoTime(stored.createdAt),
    ackedAt: toIsoTimeOrNull(stored.ackedAt),
  };
}

function listRoutes({ mongo, db, region, clock, lastAnswers }: NotificationParts): Route[] {
  const store = createNotificationStore({ db, region, clock });
  return [
    route({
      method: 'get',
      path: '/v1/notifications',
      operation: 'listNotifications',
      summary: 'Notifications of the caller, newest first, in pages.',
      access: users,
      limit: 'standard',
      query: notificationListQuerySchema,
      answer: notificationListAnswerSchema,
      problems: PROBLEMS,
      handle: (request) =>
        lastAnswers.answer('/v1/notifications', request, async () => {
          const { query, caller, onUnpresentable } = request;
          const { documents, next } = await mongo.read(() => store.page(caller, pageOf(query)));
          const notifications = presented(
            documents,
            (one) => pickFields(viewOf(one), query.fields),
            onUnpresentable,
          );
          return { notifications, next: nextOf(next) };
        }),
    }),
    route({
      method: 'post',
      path: '/v1/notifications/:notificationId/ack',
      operation: 'acknowledgeNotification',
      summary: 'Acknowledges a notification: it is not sent again. Repeats change nothing.',
      access: users,
      limit: 'standard',
      params: z.strictObject({ notificationId: notificationIdSchema }),
      answer: notificationAckedSchema,
      problems: ['NOT_FOUND', ...PROBLEMS],
      handle: async ({ params: { notificationId }, caller }) => {
        const known = await mongo.call(() => store.acknowledgeOwn(caller, notificationId));
        if (!known) throw new CodedError('NOT_FOUND');
        return { notificationId, acked: true as const };
      },
    }),
  ];
}

function deviceRoutes({ mongo, db, region, clock }: NotificationParts): Route[] {
  const devices = createDeviceStore(db, region);
  return [
    route({
      method: 'put',
      path: '/v1/devices/:deviceId',
      operation: 'registerDevice',
      summary:
        "Registers the push token of the caller's phone. A token registered by another user moves to the caller.",
      access: users,
      limit: 'standard',
      params: deviceParams,
      body: putDeviceSchema,
      answer: deviceSchema,
      problems: PROBLEMS,
      handle: async ({ params: { deviceId }, body, caller }) => {
        const at = new Date(clock.wallMs());
        await mongo.call(() => devices.put(caller, deviceId, body, at));
        return { deviceId, platform: body.platform, updatedAt: toIsoTime(at) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/devices/:deviceId',
      operation: 'removeDevice',
      summary: "Removes the caller's phone, at sign-out. Repeats change nothing.",
      access: users,
      limit: 'standard',
      params: deviceParams,
      answer: deviceRemovedSchema,
      problems: PROBLEMS,
      handle: async ({ params: { deviceId }, caller }) => {
        await mongo.call(() => devices.remove(caller, deviceId));
        return { deviceId, removed: true as const };
      },
    }),
  ];
}

export function notificationRoutes(parts: NotificationParts): Route[] {
  return [...listRoutes(parts), ...deviceRoutes(parts)];
}
