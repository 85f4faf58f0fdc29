import { z } from 'zod';
import { inOneCase, OUTSIDE_ID } from './id-format.ts';

const outsideId = <Brand extends string>() =>
  z.string().regex(OUTSIDE_ID).overwrite(inOneCase).brand<Brand>();

export const driverIdSchema = outsideId<'DriverId'>();
export const riderIdSchema = outsideId<'RiderId'>();
export const userIdSchema = outsideId<'UserId'>();
export const tripIdSchema = outsideId<'TripId'>();
export const vehicleIdSchema = outsideId<'VehicleId'>();
export const offerIdSchema = outsideId<'OfferId'>();
export const commandIdSchema = outsideId<'CommandId'>();
export const incidentIdSchema = outsideId<'IncidentId'>();
export const documentIdSchema = outsideId<'DocumentId'>();
export const notificationIdSchema = outsideId<'NotificationId'>();
/** One installation of an app. */
export const deviceIdSchema = outsideId<'DeviceId'>();
/** One start of the driver app: fix sequence numbers rise within it and restart with the next. Kept as it is: the acknowledgement repeats it to the app. */
export const bootIdSchema = z.string().regex(OUTSIDE_ID).brand<'BootId'>();
/** One sign-in on one device. */
export const sessionIdSchema = outsideId<'SessionId'>();
/** One share link of a trip. It names the link in lists and grants nothing; what grants is the link's secret. */
export const shareIdSchema = outsideId<'ShareId'>();
export const regionIdSchema = outsideId<'RegionId'>();
export const gatewayIdSchema = outsideId<'GatewayId'>();

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
