import { z } from 'zod';
import { accountStateSchema, vehicleSchema } from './accounts.ts';
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
import { fieldsOf, nextCursor, pageQuery } from './query.ts';
import { localeSchema, reasonText } from './text.ts';
import { isoTime, requestDay, requestTime } from './times.ts';
import { tierSchema } from './trips.ts';

// ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────

const personFields = {
  name: z.string().describe('name of the person'),
  login: z.string().nullable().describe('e-mail address or phone number; null: an account without a login'),
  state: accountStateSchema.describe('a suspended account cannot sign in'),
  createdAt: isoTime.describe('when the account was created'),
} as const;

export const adminDriverSchema = z.object({
  driverId: driverIdSchema,
  ...personFields,
  tier: z.string().describe('highest service tier that they serve'),
  vehicle: vehicleSchema.nullable().describe('the vehicle that riders see; null: none given'),
  status: driverStatusValueSchema
    .nullable()
    .describe('status now; null: nothing was heard of them for five minutes'),
  lastFixAt: isoTime.nullable().describe('time of the newest fix; null: none within five minutes'),
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
  drivers: z.array(adminDriverSchema.partial()).describe('newest first'),
  next: nextCursor,
});

export const adminRiderSchema = z.object({
  riderId: userIdSchema,
  ...personFields,
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
  riders: z.array(adminRiderSchema.partial()).describe('newest first'),
  next: nextCursor,
});

// ── audit ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const auditActorSchema = z.object({
  role: z.string().describe('role of the account; `system` for the server'),
  id: z.string().describe('id of the account'),
});

export const auditEntrySchema = z.object({
  id: z.string().describe('id of the entry'),
  at: isoTime.describe('when it was done'),
  actor: auditActorSchema.describe('who did it'),
  action: z.string().describe('what was done, for example `trip.cancel`'),
  target: z.string().describe('to what: kind and id, `trip:<id>`'),
  data: z.record(z.string(), z.unknown()).describe('details by action, with the `reason` that was given'),
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
  entries: z.array(auditEntrySchema.partial()).describe('newest first'),
  next: nextCursor,
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
  version: z
    .int()
    .nonnegative()
    .describe('version of the settings; 0: never set, the values come from the environment and the defaults'),
  retentionDays: z.int().describe('days for which tracks and reasons of candidates are kept'),
  currency: z.string().describe('ISO 4217'),
  zone: z.string().describe('IANA time zone'),
  locale: z.string().describe('BCP 47'),
  updatedAt: isoTime.nullable().describe('when they were set last; null: never'),
  retentionChange: z
    .object({
      version: z.int().positive().describe('version of the settings that changed the retention'),
      retentionDays: z.int().describe('the new retention'),
      state: z.enum(['waiting', 'running', 'done']).describe('how far the job is'),
      startsAt: isoTime.describe('when it starts: every process has read the change by then'),
      documents: z.int().nonnegative().nullable().describe('estimate, null until the job has started'),
      checked: z.int().nonnegative().describe('documents looked at so far'),
      changed: z.int().nonnegative().describe('documents whose expiry was changed so far'),
      skipped: z
        .int()
        .nonnegative()
        .describe('documents that keep their expiry, since MongoDB refused the write'),
      finishedAt: isoTime.nullable().describe('when it ended; null: it has not'),
    })
    .nullable()
    .describe(
      'the last change of the retention, and how far it has been applied to stored documents; null: none',
    ),
});
export type RegionSettings = z.infer<typeof regionSettingsSchema>;
export const regionListSchema = z.object({
  regions: z.array(regionSettingsSchema).describe('by id'),
});

/** `PUT /v1/admin/regions/:region`. `version`: the version that was read; any other is CONFLICT. */
export const putRegionSchema = z.strictObject({
  version: z.int().nonnegative().describe('the version that you read; another one is CONFLICT'),
  retentionDays: z
    .int()
    .min(1)
    .max(3650)
    .describe('days; what is older than a shorter retention is deleted for good'),
  currency: currencySchema,
  zone: zoneSchema.describe('IANA time zone'),
  locale: localeSchema,
  reason: reasonText,
});

// ── limits and revocations ────────────────────────────────────────────────────────────────────────────────────────

export const adminLimitsSchema = z.object({
  limits: z
    .array(
      z.object({
        name: z.string().describe('name of the limit, as in `RateLimit-Policy`'),
        points: z.int().describe('requests in one window'),
        windowSeconds: z.int().describe('length of the window, seconds'),
        by: z.string().describe('what it counts for: an account, an address …'),
        whenRedisIsAway: z.string().describe('what happens while Redis does not answer'),
        over: z.string().describe('the answer beyond it'),
        help: z.string().describe('what it is for'),
        blocked: z
          .array(
            z.object({
              key: z.string().describe('`u-<user>`, `a-<hash of an address>`, `n-<hash of an account name>`'),
              used: z.int().describe('requests in the window'),
              resetMs: z.int().describe('ms until the window ends'),
            }),
          )
          .describe('who has used up their window; at most 100'),
      }),
    )
    .describe('every limit'),
  complete: z.boolean().describe('false: there are too many keys to check all of them'),
});

export const revocationSchema = z.object({
  id: z.string().describe('id of the revocation'),
  kind: z.enum(['user', 'session']).describe('whether all tokens of an account or those of one session'),
  subject: z.string().describe('id of the account or of the session'),
  userId: z.string().describe('id of the account'),
  notBefore: isoTime.describe('tokens issued before are revoked'),
  at: isoTime.describe('when they were revoked'),
  expireAt: isoTime.describe('when the last of these tokens has expired, and the entry is removed'),
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
  revocations: z.array(revocationSchema.partial()).describe('newest first'),
  next: nextCursor,
});

// ── batches ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Most items of one batch. */
export const BATCH_ITEMS = 100;
/** An item of a batch that was refused. */
export const batchFailureSchema = z.object({
  ok: z.literal(false).describe('this item was refused'),
  id: z.string().describe('id of the item'),
  code: errorCodeSchema.describe('why, from the closed list'),
  detail: z.string().optional().describe('a text for developers; absent: the code says it all'),
});
/** Outcome of one item: its value, or a code of the closed list. */
export const batchResult = <Value extends z.ZodType>(value: Value) =>
  z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true).describe('this item succeeded'),
      id: z.string().describe('id of the item'),
      value: value.describe('its result'),
    }),
    batchFailureSchema,
  ]);

/** `results` of a batch. */
export const batchResults = <Value extends z.ZodType>(value: Value) =>
  z.array(batchResult(value)).describe('one for each item, in the order of the request');

/** `POST /v1/drivers/batch` */
export const driverBatchSchema = z.strictObject({
  driverIds: z.array(driverIdSchema).min(1).max(BATCH_ITEMS).describe('the drivers'),
});
export const driverBatchAnswerSchema = z.object({ results: batchResults(adminDriverSchema) });
/** `POST /v1/trips/batch` */
export const tripBatchSchema = z.strictObject({
  tripIds: z.array(tripIdSchema).min(1).max(BATCH_ITEMS).describe('the trips'),
});

// ── finance ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** `GET /v1/admin/finance.csv`: trips completed from `from` (inclusive) to `to` (exclusive), at most 366 days. */
const dayOrTime = z.union([requestDay, requestTime]);
export const financeQuerySchema = z.strictObject({ from: dayOrTime, to: dayOrTime });

// ── export and erasure of a person ────────────────────────────────────────────────────────────────────────────────

/** `POST /v1/admin/people/:userId/export`; `after`: the `after` of a `cursor` line, to continue an export that broke off. */
export const personExportSchema = z.strictObject({
  reason: reasonText,
  after: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      'the `after` of a `cursor` line, to continue an export that broke off; absent: from the beginning',
    ),
});

export const erasureStepSchema = z.object({
  name: z.string().describe('`mongo:trips`, `redis:driver`, `s3:documents` …'),
  state: z.enum(['waiting', 'done']).describe('how far the step is'),
  touched: z
    .int()
    .nonnegative()
    .describe('documents, keys, entries or objects that were removed or de-identified'),
  finishedAt: isoTime.nullable().describe('when it ended; null: it has not'),
});
export const erasureSchema = z.object({
  erasureId: z.string().describe('id of the erasure'),
  userId: userIdSchema.describe('the erased person'),
  role: roleSchema.nullable().describe('role of the account; null: there was none'),
  state: z.enum(['waiting', 'running', 'blocked', 'done']).describe('how far it is'),
  blockedBy: z
    .string()
    .nullable()
    .describe('what it waits for: an open trip, or a server that does not answer; null: nothing'),
  requestedAt: isoTime.describe('when it was requested'),
  finishedAt: isoTime.nullable().describe('when it ended; null: it has not'),
  steps: z.array(erasureStepSchema).describe('in their order'),
  proof: z
    .object({
      at: isoTime.describe('when the stores were searched'),
      stores: z
        .array(
          z.object({
            store: z.string().describe('`mongo:trips`, `redis:state`, `s3:documents` …'),
            searched: z.int().nonnegative().describe('documents, keys or objects that were searched'),
            found: z.int().nonnegative().describe('those that still have the id'),
            kept: z.string().optional().describe('what is kept deliberately, and why; absent: nothing'),
          }),
        )
        .describe('every store'),
      clean: z.boolean().describe('true: nothing was found'),
    })
    .nullable()
    .describe('the search for the id in every store, after the last step; null: not made yet'),
});
export type Erasure = z.infer<typeof erasureSchema>;
export const erasureQuerySchema = z.strictObject({
  userId: userIdSchema.optional(),
  fields: fieldsOf(erasureSchema),
  ...pageQuery,
});
export const erasureListSchema = z.object({
  erasures: z.array(erasureSchema).describe('newest first'),
  next: nextCursor,
});
/** The list when `fields` selects some of the fields. */
export const erasureListAnswerSchema = z.object({
  erasures: z.array(erasureSchema.partial()).describe('newest first'),
  next: nextCursor,
});

// ── queue board ───────────────────────────────────────────────────────────────────────────────────────────────────

/** `POST /v1/admin/board-session`: the answer sets the cookie for the queue board. */
export const boardSessionSchema = z.object({
  url: z.string().describe('path of the queue board: open it in the same browser'),
  expiresAt: isoTime.describe('when its cookie expires'),
});
