import {
  bootIdSchema,
  driverIdSchema,
  type GatewayId,
  notificationSchema,
  offerRevokedSchema,
  offerSchema,
  type RegionId,
  riderIdSchema,
  roleSchema,
  tripEventSchema,
  tripIdSchema,
  userIdSchema,
} from '@rideline/contract';
import type { RedisClient } from '@rideline/platform/redis/redis';
import { z } from 'zod';
import { inbox } from './redis-keys.ts';

/**
 * Messages of other processes to a gateway. Each message is a hint that may be lost: the data is fetched again by `sync`, by
 * `track:subscribe`, or by the gateway's own comparison with the trip logs.
 */
export const inboxMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('durable'),
    driverId: driverIdSchema,
    boot: bootIdSchema,
    durable: z.int().min(-1),
  }),
  z.object({ type: z.literal('kick'), driverId: driverIdSchema, epoch: z.int() }),
  z.object({
    type: z.literal('tripChanged'),
    driverId: driverIdSchema,
    tripId: tripIdSchema.nullable(),
    /** `tripRev` of the driver's hash: of two changes the one with the higher number applies, in whatever order they arrive. */
    rev: z.int().nonnegative(),
  }),
  z.object({
    type: z.literal('tripEvent'),
    event: tripEventSchema,
    driverId: driverIdSchema.nullable(),
    /** Absent in messages of an older release. */
    riderId: riderIdSchema.optional(),
  }),
  /** How many sockets follow the trip now. A lost one is corrected by the gateway's own count, every 10 s. */
  z.object({
    type: z.literal('watchers'),
    driverId: driverIdSchema,
    tripId: tripIdSchema,
    count: z.int().nonnegative(),
  }),
  z.object({ type: z.literal('offer'), driverId: driverIdSchema, offer: offerSchema }),
  z.object({ type: z.literal('offerRevoked'), driverId: driverIdSchema, revoked: offerRevokedSchema }),
  z.object({
    type: z.literal('notification'),
    userId: userIdSchema,
    role: roleSchema,
    notification: notificationSchema,
  }),
  z.object({ type: z.literal('revoke'), userId: userIdSchema }),
]);
export type InboxMessage = z.infer<typeof inboxMessageSchema>;

const packetSchema = z.array(z.unknown());

/** Publishes messages to one gateway in one packet. Resolves to the number of subscribers: 0 means that no gateway received it. */
export async function sendToInbox(
  cache: RedisClient,
  region: RegionId,
  gatewayId: GatewayId,
  messages: readonly InboxMessage[],
): Promise<number> {
  if (messages.length === 0) return 0;
  return cache.publish(inbox(region, gatewayId), JSON.stringify(messages));
}

/**
 * Parses one packet. During an upgrade it may come from a newer release and have a message that this one does not know: the others of the
 * packet are read all the same.
 * @returns the messages, and the reason for each that is not readable
 * @throws ZodError or SyntaxError when the packet is not a list
 */
export function parseInboxPacket(text: string): {
  readonly messages: InboxMessage[];
  readonly unreadable: string[];
} {
  const messages: InboxMessage[] = [];
  const unreadable: string[] = [];
  for (const one of packetSchema.parse(JSON.parse(text))) {
    const parsed = inboxMessageSchema.safeParse(one);
    if (parsed.success) messages.push(parsed.data);
    else
      unreadable.push(parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', '));
  }
  return { messages, unreadable };
}
