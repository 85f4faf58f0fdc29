import { z } from 'zod';
import { bootIdSchema, driverIdSchema } from './ids.ts';
import * as LIMITS from './limits.ts';
import { isoTime, requestMs, requestTime } from './times.ts';

/** Conditions that a phone reports about itself. Stored by name: only add. */
export const HEALTH_CONDITIONS = {
  permission_denied: 'the app may not use the location any more',
  gps_off: 'the location is switched off on the device',
  silent_source: 'the location source runs and delivers nothing',
  task_lost: "the OS has dropped the app's location task",
  app_suspended: 'the OS let the app not run',
  app_killed: 'the app ended without stopping to track, and was started again',
  device_restarted: 'the device was started again',
  battery_saver: 'the battery saver limits location and network',
  battery_low: 'the battery is at 15 % or less and is not charged',
  clock_skew: "the phone's clock differs from the server's by more than 60 s",
  stopped: 'the app stopped tracking on purpose',
} as const;
export type HealthCondition = keyof typeof HEALTH_CONDITIONS;
export const healthConditionSchema = z.enum(
  Object.keys(HEALTH_CONDITIONS) as [HealthCondition, ...HealthCondition[]],
);

/** Reasons that only the server can see. */
const SERVER_REASONS = {
  battery_empty:
    'the phone was last heard with 5 % of battery or less and came back, if at all, as a new app start',
  refused_fixes: 'fixes arrived and every one was refused; `verdict` is the most frequent reason',
  no_connection: 'the phone had no connection and has sent no fix of that time since',
} as const;

/** Why a driver was not tracked, for the reference. */
export const OUTAGE_REASONS = { ...HEALTH_CONDITIONS, ...SERVER_REASONS } as const;
export type OutageReason = keyof typeof OUTAGE_REASONS;
export const outageReasonSchema = z.enum(Object.keys(OUTAGE_REASONS) as [OutageReason, ...OutageReason[]]);

/** A condition and when it was in force. */
export const reportedConditionSchema = z.strictObject({
  code: healthConditionSchema.describe('what is wrong with the phone'),
  from: requestMs.describe('since when, epoch ms of server time'),
  to: requestMs.nullable().describe('until when; null: it lasts'),
});
export type ReportedCondition = z.infer<typeof reportedConditionSchema>;

const deviceFields = {
  permission: z
    .enum(['always', 'while_in_use', 'denied', 'not_asked'])
    .optional()
    .describe('permission to use the location; absent: not known on this device'),
  gps: z
    .enum(['on', 'off'])
    .optional()
    .describe('location services of the device; absent: not known on this device'),
  batterySaver: z.boolean().optional().describe('the saver is on; absent: not known on this device'),
  battery: z.int().min(0).max(100).optional().describe('percent; absent: not known on this device'),
  charging: z.boolean().optional().describe('on a charger; absent: not known on this device'),
  clockSkewMs: z
    .int()
    .min(-31_536_000_000)
    .max(31_536_000_000)
    .optional()
    .describe(
      "how far the phone's clock is ahead of the server's, ms; at most a year either way; absent: not measured yet",
    ),
  expected: z
    .int()
    .nonnegative()
    .optional()
    .describe('positions that the source should have delivered since the app start; absent: not counted'),
  received: z.int().nonnegative().optional().describe('positions that it has delivered; absent: not counted'),
};

/** `driver:health`: the state of the device, and conditions that the server has not confirmed yet. */
export const healthReportSchema = z.strictObject({
  boot: bootIdSchema,
  at: requestMs.describe('when it was measured, epoch ms of server time'),
  ...deviceFields,
  conditions: z
    .array(reportedConditionSchema)
    .max(LIMITS.healthConditions)
    .describe('those that began, last or ended and that no acknowledged report has had; empty: none'),
});
export type HealthReport = z.infer<typeof healthReportSchema>;

/** `GET /v1/drivers/:id/health`: the window ends now and lasts a day unless given; at most a day. */
export const driverHealthQuerySchema = z.strictObject({
  from: requestTime.optional(),
  to: requestTime.optional(),
});

export const outageSchema = z.object({
  from: isoTime.describe('when the last fix before it was taken'),
  to: isoTime.describe('when the first fix after it was taken, or the end of the window'),
  ongoing: z.boolean().describe('the driver is not tracked now'),
  reason: outageReasonSchema.describe('why'),
  reported: z.boolean().describe('true: the phone said so; false: the server concluded it'),
  verdict: z
    .string()
    .optional()
    .describe('of `refused_fixes` and `clock_skew`: the most frequent verdict; absent otherwise'),
});
export type Outage = z.infer<typeof outageSchema>;

export const driverHealthSchema = z.object({
  driverId: driverIdSchema,
  from: isoTime.describe('begin of the window'),
  to: isoTime.describe('end of the window'),
  trackingRate: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('share of the time on duty in which the driver was tracked, 0 to 1; null: not on duty'),
  dutyMs: z.int().nonnegative().describe('time on duty, ms: with the status available or busy, or on a trip'),
  trackedMs: z.int().nonnegative().describe('of it, time without an outage, ms'),
  outages: z
    .array(outageSchema)
    .max(LIMITS.healthOutages)
    .describe('of more than 60 s, oldest first; of more than the list holds, the newest'),
  outageCount: z.int().nonnegative().describe('outages in the window, listed or not'),
  device: z
    .object({ at: isoTime.describe('when it was measured'), boot: bootIdSchema, ...deviceFields })
    .nullable()
    .describe("the phone's newest report; null: none in the days of the window"),
});
export type DriverHealth = z.infer<typeof driverHealthSchema>;
