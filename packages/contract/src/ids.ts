import { z } from 'zod';
import { inOneCase, OUTSIDE_ID } from './id-format.ts';

/** @param text what it identifies, for the descriptions; a field that says more describes itself */
const outsideId = <Brand extends string>(text: string) =>
  z.string().regex(OUTSIDE_ID).overwrite(inOneCase).describe(text).brand<Brand>();

export const driverIdSchema = outsideId<'DriverId'>('id of the driver');
export const riderIdSchema = outsideId<'RiderId'>('id of the rider');
export const userIdSchema = outsideId<'UserId'>('id of the account');
export const tripIdSchema = outsideId<'TripId'>('id of the trip');
export const vehicleIdSchema = outsideId<'VehicleId'>('id of the vehicle');
export const offerIdSchema = outsideId<'OfferId'>('id of the offer: `<tripId>_<attempt>`, never used twice');
export const commandIdSchema = outsideId<'CommandId'>(
  'id of the command, made by the client once and sent with every repeat: the command takes effect once',
);
export const incidentIdSchema = outsideId<'IncidentId'>('id of the incident');
export const documentIdSchema = outsideId<'DocumentId'>('id of the document');
export const notificationIdSchema = outsideId<'NotificationId'>(
  'id of the notification, the same on the socket, in a push message and in the list',
);
/** One installation of an app. */
export const deviceIdSchema = outsideId<'DeviceId'>('id of the installation of the app, made by the app');
/** One start of the driver app: fix sequence numbers rise within it and restart with the next. Kept as it is: the acknowledgement repeats it to the app. */
export const bootIdSchema = z
  .string()
  .regex(OUTSIDE_ID)
  .describe('one start of the app, made by the app at random; seqs rise within it')
  .brand<'BootId'>();
/** One sign-in on one device. */
export const sessionIdSchema = outsideId<'SessionId'>('id of the session: one sign-in on one device');
/** One share link of a trip. It names the link in lists and grants nothing; what grants is the link's secret. */
export const shareIdSchema = outsideId<'ShareId'>('id of the share link; it opens nothing');
export const regionIdSchema = outsideId<'RegionId'>('id of the region');
export const gatewayIdSchema = outsideId<'GatewayId'>('id of the gateway');

export type DriverId = z.infer<typeof driverIdSchema>;
export type RiderId = z.infer<typeof riderIdSchema>;
export type UserId = z.infer<typeof userIdSchema>;
export type TripId = z.infer<typeof tripIdSchema>;
export type VehicleId = z.infer<typeof vehicleIdSchema>;
export type OfferId = z.infer<typeof offerIdSchema>;
export type CommandId = z.infer<typeof commandIdSchema>;
export type IncidentId = z.infer<typeof incidentIdSchema>;
export type DocumentId = z.infer<typeof documentIdSchema>;
export type NotificationId = z.infer<typeof notificationIdSchema>;
export type DeviceId = z.infer<typeof deviceIdSchema>;
export type BootId = z.infer<typeof bootIdSchema>;
export type SessionId = z.infer<typeof sessionIdSchema>;
export type ShareId = z.infer<typeof shareIdSchema>;
export type RegionId = z.infer<typeof regionIdSchema>;
export type GatewayId = z.infer<typeof gatewayIdSchema>;

export const roleSchema = z.enum(['driver', 'rider', 'operator', 'admin']);
export type Role = z.infer<typeof roleSchema>;

/** Whom an access token speaks for: a user by their role, or the holder of a share link, who may follow one trip. */
export const audienceSchema = z.enum([...roleSchema.options, 'share']);
export type Audience = z.infer<typeof audienceSchema>;
