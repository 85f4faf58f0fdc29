import { z } from 'zod';
import { accountStateSchema } from './accounts.ts';
import { errorCodeSchema } from './errors.ts';
import { driverStatusValueSchema } from './events.ts';
import {
  driverIdSchema,
  regionIdSchema,
  roleSchema,
  tripIdSchema,
  userIdSchema,
  vehicleIdSchema,
} from './ids.ts';
import { isCurrency } from './money.ts';
import { fieldsOf, pageQuery } from './query.ts';
import { localeSchema, reasonText } from './text.ts';
import { isoTime, requestDay, requestTime } from './times.ts';
import { tierSchema } from './trips.ts';

// ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const adminDriverSchema = z.object({
  driverId: driverIdSchema,
  name: z.string(),
  login: z.string().nullable(),
  state: accountStateSchema,
  tier: z.string(),
  vehicle: z.object({ id: vehicleIdSchema, description: z.string(), plate: z.string() }).nullable(),
  /** From the live index; null when the driver has been silent for five minutes. */
  status: driverStatusValueSchema.nullable(),
  lastFixAt: isoTime.nullable(),
  createdAt: isoTime,
});
export type AdminDriver = z.infer<typeof adminDriverSchema>;

/** `GET /v1/admin/drivers`: newest first. */
export const adminDriverQuerySchema = z.strictObject({
  tier: tierSchema.optional(),
  vehicleId: vehicleIdSchema.optional(),
  fields: fieldsOf(adminDriverSchema),
  ...pageQuery,
});
export const adminDriverListSchema = z.object({
  drivers: z.array(adminDriverSchema.partial()),
  next: z.string().nullable(),
});

export const adminRiderSchema = z.object({
  riderId: userIdSchema,
  name: z.string(),
  login: z.string().nullable(),
  state: accountStateSchema,
  createdAt: isoTime,
});
export type AdminRider = z.infer<typeof adminRiderSchema>;

/** `GET /v1/admin/riders`: newest first. */
export const adminRiderQuerySchema = z.strictObject({
  state: accountStateSchema.optional(),
  login: z.string().min(1).max(254).optional(),
  fields: fieldsOf(adminRiderSchema),
  ...pageQuery,
});
export const adminRiderListSchema = z.object({
  riders: z.array(adminRiderSchema.partial()),
  next: z.string().nullable(),
});

// ── audit ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const auditEntrySchema = z.object({
  id: z.string(),
  at: isoTime,
  actor: z.object({ role: z.string(), id: z.string() }),
  /** For example `trip.cancel`. */
  action: z.string(),
  /** Kind and id: `trip:<id>`. */
  target: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type AuditEntryView = z.infer<typeof auditEntrySchema>;

/** `GET /v1/admin/audit`: newest first. `actor`: an id; `from` (inclusive) and `to` (exclusive): time range. */
export const auditQuerySchema = z.strictObject({
  actor: userIdSchema.optional(),
  target: z
    .string()
    .regex(/^[A-Za-z0-9:_-]{1,160}$/)
    .optional(),
  action: z
    .string()
    .regex(/^[a-z_.]{1,64}$/)
    .optional(),
  from: requestTime.optional(),
  to: requestTime.optional(),
  fields: fieldsOf(auditEntrySchema),
  ...pageQuery,
});
export const auditListSchema = z.object({
  entries: z.array(auditEntrySchema.partial()),
  next: z.string().nullable(),
});

// ── regions ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whether a name is one of the IANA time zones that this engine knows. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const zoneSchema = z.string().max(64).refine(isZone, 'must be an IANA time zone');

const currencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .refine(isCurrency, 'must be an ISO 4217 currency')
  .describe('ISO 4217');

export const regionSettingsSchema = z.object({
  region: regionIdSchema,
  /** 0: never set; the values come from the environment and the defaults. */
  version: z.int().nonnegative(),
  /** Retention of track documents and of candidate reasons. */
  retentionDays: z.int(),
  currency: z.string(),
  zone: z.string(),
  locale: z.string(),
  updatedAt: isoTime.nullable(),
  retentionChange: z
    .object({
      /** Version of the settings that changed the retention. */
      version: z.int().positive(),
      retentionDays: z.int(),
      state: z.enum(['waiting', 'running', 'done']),
      /** The job starts when every process has read the change. */
      startsAt: isoTime,
      documents: z.int().nonnegative().nullable().describe('estimate, null until the job has started'),
      checked: z.int().nonnegative(),
      changed: z.int().nonnegative(),
      skipped: z
        .int()
        .nonnegative()
        .describe('documents that keep their expiry, since MongoDB refused the write'),
      finishedAt: isoTime.nullable(),
    })
    .nullable()
    .describe('The last change of the retention, and how far it has been applied to stored documents.'),
});
export type RegionSettings = z.infer<typeof regionSettingsSchema>;
export const regionListSchema = z.object({ regions: z.array(regionSettingsSchema) });

/** `PUT /v1/admin/regions/:region`. `version`: the version that was read; any other is CONFLICT. */
export const putRegionSchema = z.strictObject({
  version: z.int().nonnegative(),
  retentionDays: z.int().min(1).max(3650),
  currency: currencySchema,
  zone: zoneSchema.describe('IANA time zone'),
  locale: localeSchema,
  reason: reasonText,
});

// ── limits and revocations ────────────────────────────────────────────────────────────────────────────────────────

export const adminLimitsSchema = z.object({
  limits: z.array(
    z.object({
      name: z.string(),
      points: z.int(),
      windowSeconds: z.int(),
      by: z.string(),
      whenRedisIsAway: z.string(),
      over: z.string(),
      help: z.string(),
      /** Keys that have used up their window: `u-<user>`, `a-<hash of an address>`, `n-<hash of an account name>`. At most 100. */
      blocked: z.array(z.object({ key: z.string(), used: z.int(), resetMs: z.int() })),
    }),
  ),
  /** false: there are too many keys to check all of them. */
  complete: z.boolean(),
});

export const revocationSchema = z.object({
  id: z.string(),
  kind: z.enum(['user', 'session']),
  subject: z.string(),
  userId: z.string(),
  notBefore: isoTime,
  at: isoTime,
  expireAt: isoTime,
});
/** `GET /v1/admin/revocations`: newest first. */
export const revocationQuerySchema = z.strictObject({
  subject: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
  fields: fieldsOf(revocationSchema),
  ...pageQuery,
});
export const revocationListSchema = z.object({
  revocations: z.array(revocationSchema.partial()),
  next: z.string().nullable(),
});

// ── batches ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Most items of one batch. */
export const BATCH_ITEMS = 100;
/** An item of a batch that was refused. */
export const batchFailureSchema = z.object({
  ok: z.literal(false),
  id: z.string(),
  code: errorCodeSchema,
  detail: z.string().optional(),
});
/** Outcome of one item: its value, or a code of the closed list. */
export const batchResult = <Value extends z.ZodType>(value: Value) =>
  z.discriminatedUnion('ok', [z.object({ ok: z.literal(true), id: z.string(), value }), batchFailureSchema]);

/** `POST /v1/drivers/batch` */
export const driverBatchSchema = z.strictObject({
  driverIds: z.array(driverIdSchema).min(1).max(BATCH_ITEMS),
});
export const driverBatchAnswerSchema = z.object({ results: z.array(batchResult(adminDriverSchema)) });
/** `POST /v1/trips/batch` */
export const tripBatchSchema = z.strictObject({ tripIds: z.array(tripIdSchema).min(1).max(BATCH_ITEMS) });

// ── finance ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /v1/admin/finance.csv`: trips completed from `from` (inclusive) to `to` (exclusive), at most 366 days. */
const dayOrTime = z.union([requestDay, requestTime]);
export const financeQuerySchema = z.strictObject({ from: dayOrTime, to: dayOrTime });

// ── export and erasure of a person ────────────────────────────────────────────────────────────────────────────────

/** `POST /v1/admin/people/:userId/export`; `after`: the `after` of a `cursor` line, to continue an export that broke off. */
export const personExportSchema = z.strictObject({
  reason: reasonText,
  after: z.string().min(1).max(1024).optional(),
});

export const erasureStepSchema = z.object({
  /** `mongo:trips`, `redis:driver`, `s3:documents` … */
  name: z.string(),
  state: z.enum(['waiting', 'done']),
  /** Documents, keys, entries or objects that were removed or de-identified. */
  touched: z.int().nonnegative(),
  finishedAt: isoTime.nullable(),
});
export const erasureSchema = z.object({
  erasureId: z.string(),
  userId: userIdSchema,
  role: roleSchema.nullable(),
  state: z.enum(['waiting', 'running', 'blocked', 'done']),
  /** Why it is blocked: an open trip, or a server that does not answer. */
  blockedBy: z.string().nullable(),
  requestedAt: isoTime,
  finishedAt: isoTime.nullable(),
  steps: z.array(erasureStepSchema),
  /** The search for the id in every store, after the last step. */
  proof: z
    .object({
      at: isoTime,
      stores: z.array(
        z.object({
          store: z.string(),
          searched: z.int().nonnegative(),
          found: z.int().nonnegative(),
          /** What is kept deliberately, and why. */
          kept: z.string().optional(),
        }),
      ),
      clean: z.boolean(),
    })
    .nullable(),
});
export type Erasure = z.infer<typeof erasureSchema>;
export const erasureQuerySchema = z.strictObject({
  userId: userIdSchema.optional(),
  fields: fieldsOf(erasureSchema),
  ...pageQuery,
});
export const erasureListSchema = z.object({ erasures: z.array(erasureSchema), next: z.string().nullable() });
/** The list when `fields` selects some of the fields. */
export const erasureListAnswerSchema = z.object({
  erasures: z.array(erasureSchema.partial()),
  next: z.string().nullable(),
});

// ── queue board ───────────────────────────────────────────────────────────────────────────────────────────────────

/** `POST /v1/admin/board-session`: the answer sets the cookie for the queue board. */
export const boardSessionSchema = z.object({ url: z.string(), expiresAt: isoTime });
